import CurlHTTP
import HTTPCore
import HTTPTypes
import LoadEngine
import Testing

@testable import TelemetryLoad

@Suite("A run", .timeLimit(.minutes(3)))
struct RunTests {
    private func run(
        to url: String,
        rate: Double = 2_000,
        seconds: Double = 1,
        workers: Int = 8,
        batch: Int = 20,
        headers: [(name: String, value: String)] = []
    ) async throws -> ExportSummary {
        let plan = ExportSummary.Plan(
            endpoint: url,
            protocol: "http",
            signal: "traces",
            rate: rate,
            duration: seconds,
            workers: workers,
            batch: batch,
            attributes: 3
        )
        let receiver = Receiver(
            transport: .http,
            signal: .traces,
            endpoint: url,
            headers: headers,
            timeout: .seconds(60),
            client: CurlClient(maximumTransfers: workers)
        )
        let service = ExportService(plan: plan, receiver: receiver, progress: 0, seed: 1)
        try await service.run()
        return try #require(service.summary)
    }

    @Test("sends each record that was due once, with an id of its own, and counts what was acknowledged")
    func exact() async throws {
        let receiver = try RecordingReceiver()
        let summary = try await receiver.serving {
            try await run(to: receiver.url, headers: [("Authorization", "Bearer t")])
        }
        #expect(summary.records.sent + summary.records.unsent == 2_000)
        #expect(summary.records.acknowledged == summary.records.sent)
        #expect(receiver.taken.count == summary.records.acknowledged)
        #expect(Set(receiver.taken).count == receiver.taken.count)
        #expect(receiver.authorization == ["Bearer t"])
        #expect(summary.requests.statuses.keys.allSatisfy { $0 == "200" })
    }

    @Test("of a single request is measured over the time that was asked for")
    func single() async throws {
        let receiver = try RecordingReceiver()
        let summary = try await receiver.serving { try await run(to: receiver.url, rate: 1, seconds: 2, batch: 20) }
        #expect(summary.records.acknowledged == 20)
        #expect(summary.elapsed >= 2 && summary.acknowledgedRate <= 10)
    }

    @Test("counts what is refused, rejected and left without an answer, each for itself")
    func kinds() async throws {
        let receiver = try RecordingReceiver { number in
            switch number % 4 {
            case 0: .take
            case 1: .reject(5)
            case 2: .refuse(number % 8 == 2 ? .tooManyRequests : .serviceUnavailable)
            default: .breakOff
            }
        }
        let summary = try await receiver.serving { try await run(to: receiver.url) }
        let counts = summary.records
        #expect(counts.acknowledged == receiver.taken.count)
        #expect(counts.rejected > 0 && counts.rejected.isMultiple(of: 5))
        #expect(counts.refused > 0 && counts.unanswered > 0)
        #expect(counts.sent + counts.unsent == 2_000)
        #expect(summary.requests.statuses["429", default: 0] > 0)
        #expect(summary.requests.statuses["503", default: 0] > 0)
    }

    @Test("against nobody counts everything as unanswered or never sent, and ends")
    func nobody() async throws {
        let summary = try await run(to: "http://127.0.0.1:1", rate: 200, seconds: 0.5)
        #expect(summary.records.acknowledged == 0)
        #expect(summary.records.unanswered + summary.records.unsent == 100)
    }

    @Test("gives up what no worker was free for when its time is over")
    func busy() async throws {
        var router = Router()
        router.post("/v1/traces") { _, _ in
            try await Task.sleep(for: .seconds(2))
            return Response(status: .ok)
        }
        let server = try HTTPServer(responder: router)
        let summary = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            return try await run(to: "http://\(server.localAddress)", seconds: 1, workers: 2)
        }
        // Each of the two sends one request at most: its answer comes after the end.
        #expect(summary.records.acknowledged <= 40)
        #expect(summary.records.unsent == 2_000 - summary.records.acknowledged)
    }
}
