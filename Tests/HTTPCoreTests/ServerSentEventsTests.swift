import HTTPCore
import HTTPTypes
import Testing

@Suite("Server-sent events", .timeLimit(.minutes(3)))
struct ServerSentEventsTests {
    @Test("arrive one by one while the stream stays open")
    func oneByOne() async throws {
        let (release, signal) = AsyncStream.makeStream(of: Void.self)
        var router = Router()
        router.get("/events") { _, _ in
            .serverSentEvents { events in
                var next = release.makeAsyncIterator()
                try await events.send(ServerSentEvent(data: "one\ntwo", name: "up\ndate", id: "1", retry: 500))
                _ = await next.next()
                try await events.keepAlive()
                try await events.send(ServerSentEvent(data: ""))
            }
        }
        try await withServer(router) { server in
            let client = HTTPClient()
            let response = try await client.execute(server.request(.get, "/events"))
            #expect(response.head.headerFields[.contentType] == "text/event-stream")
            var text = ""
            for try await piece in response.body {
                text += String(decoding: piece, as: UTF8.self)
                if text == "event: update\nid: 1\nretry: 500\ndata: one\ndata: two\n\n" { signal.yield() }
            }
            #expect(text == "event: update\nid: 1\nretry: 500\ndata: one\ndata: two\n\n:\n\ndata: \n\n")
            await client.shutdown()
        }
    }
}
