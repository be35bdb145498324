import HTTPCore
import Testing

/// One after another: each waits on a thread of its own, and a process has only so many.
@Suite("A doubtful request", .serialized, .timeLimit(.minutes(3)))
struct MalformedRequestTests {
    @Test("is refused or accepted, once, and the connection ends", arguments: DoubtfulRequest.all)
    func answer(request: DoubtfulRequest) async throws {
        try await withServer(testRouter()) { server in
            let raw = RawConnection(port: server.localAddress.port)
            raw.send(request.message)
            let answer = await raw.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 \(request.status) "), "\(answer.prefix(200))")
            #expect(answer.split(separator: "\r\ndate: ", omittingEmptySubsequences: false).count == 2, "\(answer)")
            #expect(!answer.contains("smuggled"))
        }
    }

    @Test(
        "that is refused is told that the connection ends, also when it did not ask for that",
        arguments: DoubtfulRequest.all.filter { $0.status >= 400 && !$0.isAnsweredByRouter }
    )
    func saysClose(request: DoubtfulRequest) async throws {
        let message = request.message.split(separator: "Connection: close\r\n", omittingEmptySubsequences: false)
            .joined()
        try await withServer(testRouter()) {
            // Where the end of the message is not known, the answer comes when the client does not go on.
            $0.headerTimeout = .milliseconds(200)
            $0.bodyTimeout = .milliseconds(200)
            $0.idleTimeout = .milliseconds(200)
        } _: { server in
            let raw = RawConnection(port: server.localAddress.port)
            raw.send(message)
            let answer = await raw.readToEnd()
            #expect(answer.contains("\r\nconnection: close\r\n"), "\(answer)")
        }
    }

    @Test("stands in a table that is as large as it was")
    func tableSize() {
        #expect(DoubtfulRequest.all.count >= 150)
        #expect(Set(DoubtfulRequest.all.map(\.name)).count == DoubtfulRequest.all.count)
    }
}
