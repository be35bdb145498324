import HTTPCore
import HTTPTypes
import ServiceKit
import Synchronization
import Testing

@testable import LoadEngine
@testable import ShopStories

@Suite("A load", .timeLimit(.minutes(2)))
struct LoadTests {
    private func planner(seed: UInt64) -> JourneyPlanner {
        JourneyPlanner(
            seed: seed,
            catalogue: RecordingShop.catalogue,
            classes: .all,
            population: Population(size: 1_000, visaShare: 0.8, seed: seed)
        )
    }

    private func open(
        _ run: ShopRun,
        _ source: JourneySource,
        rate: Double,
        seconds: Double,
        control: LoadControl = LoadControl()
    ) async {
        await OpenLoop(
            ShopVisits(source, run: run),
            report: run.report,
            schedule: ArrivalSchedule(profile: .constant(rate), seed: run.seed),
            duration: .seconds(seconds),
            control: control
        ).start(from: .now)
    }

    /// What a shop was asked by a seeded run, in the order of the requests' ids; what a client broke off may not arrive.
    private func asked(seed: UInt64) async throws -> [RecordingShop.Asked] {
        let shop = try RecordingShop()
        let planner = planner(seed: seed)
        try await shop.serving {
            await open(.test(shop.origin, seed: seed), .shop(planner), rate: 100, seconds: 1.2)
        }
        var unsure: Set<String> = []
        for number in 0..<120 as Range<UInt64> {
            for (step, request) in planner.journey(number).requests.enumerated() {
                switch request.manner {
                case .impatient, .reset:
                    unsure.insert(RequestID(seed: seed, visit: number, step: step).description)
                case .ordinary, .twice, .slow: break
                }
            }
        }
        return shop.requests.filter { !unsure.contains($0.id) }.sorted { $0.id < $1.id }
    }

    @Test("of the same seed and rate sends the same requests, byte for byte, and another seed sends others")
    func determinism() async throws {
        let first = try await asked(seed: 5)
        let second = try await asked(seed: 5)
        #expect(first.count > 400)
        #expect(Set(first.map(\.id)).count == first.count)
        #expect(first == second)
        #expect(try await asked(seed: 6) != first)
    }

    @Test("counts every start and request once, and writes each down")
    func counting() async throws {
        let shop = try RecordingShop()
        let run = ShopRun.test(shop.origin)
        try await shop.serving { await open(run, .shop(planner(seed: 1)), rate: 200, seconds: 1) }
        let state = run.report.final
        #expect(state.total.started == 200)
        #expect(JourneyClass.allCases.map { state.byClass[$0.rawValue]?.started } == [140, 30, 20, 10])
        #expect(state.inFlight == 0 && state.skipped == 0)
        let broken = state.total.failures[.reset, default: 0] + state.total.failures[.timeout, default: 0]
        #expect(shop.requests.count <= state.total.requests)
        #expect(shop.requests.count >= state.total.requests - broken)
        #expect(state.series.points.reduce(0) { $0 + $1.requests } == state.total.requests)
    }

    /// A server that answers nothing while it is frozen, once, for two seconds.
    private func freezingServer(after count: Int) throws -> HTTPServer {
        var router = Router()
        let freeze = Freeze(after: count)
        router.get("/") { _, _ in
            if let end = freeze.end { try await Task.sleep(until: end, clock: .continuous) }
            return Response(status: .ok, headers: [:], body: .bytes([]))
        }
        return try HTTPServer(responder: router)
    }

    private final class Freeze: Sendable {
        private let state = Mutex<(asked: Int, end: ContinuousClock.Instant?)>((0, nil))
        private let count: Int

        init(after count: Int) { self.count = count }

        /// Until when it is frozen, when it is.
        var end: ContinuousClock.Instant? {
            state.withLock { state in
                state.asked += 1
                if state.asked == count { state.end = .now + .seconds(2) }
                return state.end.flatMap { $0 > .now ? $0 : nil }
            }
        }
    }

    @Test("on a server that freezes for two seconds shows that in the corrected p99, which service times hide")
    func stall() async throws {
        let server = try freezingServer(after: 200)
        let origin = Origin(host: server.localAddress.host, port: server.localAddress.port)
        let run = ShopRun.test(origin, connections: 1)
        await withTaskGroup { group in
            group.addTask { try? await server.run() }
            let population = Population(size: 10, visaShare: 1, seed: 1)
            await open(run, .request(.get("request", "/"), population), rate: 100, seconds: 6)
            group.cancelAll()
        }
        let total = run.report.current.total
        #expect(total.requests == 600 && total.errors == 0)
        // Two hundred were due while it was frozen; one was on its way.
        #expect(total.responseTime.percentile(99) > 1_500_000_000)
        #expect(total.responseTime.percentile(85) > 500_000_000)
        #expect(total.serviceTime.maximum > 1_500_000_000)
        #expect(total.serviceTime.percentile(99) < 1_000_000_000)
    }

    @Test("goes on at another rate when it is told to")
    func rateChange() async throws {
        let shop = try RecordingShop()
        let run = ShopRun.test(shop.origin)
        let control = LoadControl()
        control.change(to: 400)
        let population = Population(size: 10, visaShare: 1, seed: 1)
        try await shop.serving {
            await open(run, .request(.get("request", "/"), population), rate: 0.01, seconds: 1, control: control)
        }
        // One would have started at the old rate.
        #expect((2...401).contains(run.report.current.total.started))
    }

    @Test("of users waits for each answer, and keeps to so many at once")
    func closed() async throws {
        let shop = try RecordingShop()
        let run = ShopRun.test(shop.origin)
        let population = Population(size: 10, visaShare: 1, seed: 1)
        let control = LoadControl()
        try await shop.serving {
            await withTaskGroup { group in
                group.addTask {
                    await ClosedLoop(
                        ShopVisits(.request(.get("request", "/"), population), run: run),
                        report: run.report,
                        users: 3,
                        thinkTime: .zero,
                        duration: nil,
                        control: control
                    ).start(from: .now)
                }
                while run.report.current.total.completed < 30 { try? await Task.sleep(for: .milliseconds(5)) }
                control.stop()
            }
        }
        let state = run.report.final
        #expect(state.largestInFlight == 3 && state.inFlight == 0)
        #expect(state.total.started == state.total.completed)
    }

    @Test("stops starting visits when it is told to")
    func stopping() async throws {
        let shop = try RecordingShop()
        let run = ShopRun.test(shop.origin)
        let control = LoadControl()
        control.stop()
        try await shop.serving {
            await open(run, .shop(planner(seed: 1)), rate: 100, seconds: 60, control: control)
        }
        #expect(run.report.current.total.started == 0)
    }

    @Test("counts a server that is not there as refused, and leaves nothing in flight")
    func refused() async throws {
        let server = try HTTPServer(responder: Router())
        let origin = Origin(host: server.localAddress.host, port: server.localAddress.port)
        await withTaskGroup { group in
            group.addTask { try? await server.run() }
            group.cancelAll()
        }
        let run = ShopRun.test(origin)
        await open(run, .shop(planner(seed: 1)), rate: 200, seconds: 0.5)
        let state = run.report.final
        #expect(state.total.failures.keys.allSatisfy { $0 == .refused })
        #expect(state.total.unanswered == state.total.requests && state.total.requests > 0)
        #expect(state.inFlight == 0)
    }
}
