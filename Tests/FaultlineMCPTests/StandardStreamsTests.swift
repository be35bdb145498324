import Glibc
import Testing

@testable import FaultlineMCP

@Suite("Standard input and output", .timeLimit(.minutes(2)))
struct StandardStreamsTests {
    /// Everything that the server says to a client that sends this and closes its side.
    private func said(to input: String, _ server: MCPServer = .forTests()) async throws -> [JSONValue] {
        var (request, answer): ([Int32], [Int32]) = ([0, 0], [0, 0])
        try #require(pipe(&request) == 0 && pipe(&answer) == 0)
        let (source, sink, results) = (request[0], answer[1], answer[0])
        let write = request[1]
        let bytes = Array(input.utf8)
        async let sent: Void = BlockingThread.run {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(write, $0.baseAddress, $0.count) }
                guard count > 0 else { break }
                rest = rest.dropFirst(count)
            }
            close(write)
        }
        async let output = BlockingThread.run { () -> [UInt8] in
            var all: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(results, &buffer, buffer.count)
                guard count > 0 else { break }
                all += buffer[..<count]
            }
            close(results)
            return all
        }
        await StandardStreams(
            server: server,
            input: StandardInput(descriptor: source),
            output: StandardOutput(descriptor: sink)
        ).run()
        close(sink)
        close(source)
        await sent
        return await output.split(separator: UInt8(ascii: "\n")).compactMap { JSONValue($0) }
    }

    @Test("answers each line by one line, and what is no message by an error")
    func lines() async throws {
        let answers = try await said(
            to: MCPSession.hello + "\n\n" + #"{"jsonrpc":"2.0","method":"notifications/initialized"}"# + "\r\n{oops\n"
                + #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"# + "\n" + #"{"jsonrpc":"2.0","id":2,"met"#
        )
        #expect(answers.count == 3)
        #expect(answers[0]["result"]?["protocolVersion"] == "2025-11-25")
        #expect(answers[1]["error"]?["code"] == -32_700)
        #expect(answers[2]["result"]?["tools"]?.elements?.count == 2)
    }

    @Test("reads over a line that is too long, and goes on")
    func longLine() async throws {
        let long = String(repeating: "x", count: 3 << 20)
        let answers = try await said(
            to: MCPSession.hello + "\n" + long + "\n" + #"{"jsonrpc":"2.0","id":1,"method":"ping"}"# + "\n"
        )
        #expect(answers.map { $0["error"]?["code"] } == [nil, -32_600, nil])
    }

    @Test("answers 1,000 calls that come at once before it ends")
    func many() async throws {
        let calls = (1...1_000).map { number in
            let call = #""name":"echo","arguments":{"text":"\#(number)"}"#
            return #"{"jsonrpc":"2.0","id":\#(number),"method":"tools/call","params":{\#(call)}}"#
        }
        let answers = try await said(to: ([MCPSession.hello] + calls).joined(separator: "\n") + "\n")
        #expect(answers.count == 1_001)
        let right = answers.filter { answer in
            guard case .whole(let id) = answer["id"], id > 0 else { return false }
            return answer["result"]?["content"]?.elements?.first?["text"] == .text("\(id)")
        }
        #expect(right.count == 1_000)
    }
}
