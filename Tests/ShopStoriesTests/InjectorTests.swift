import Foundation
import HTTPCore
import HTTPTypes
import RunJournal
import ServiceKit
import Synchronization
import Testing

@testable import LoadEngine
@testable import ShopStories

@Suite("An injector", .timeLimit(.minutes(2)))
struct InjectorTests {
    /// The control listeners of all services, in one: what they were told, in order.
    private final class Listener: Sendable {
        let server: HTTPServer

        /// - Parameter deafness: How many DELETEs it answers with 503.
        init(isFixed: Bool = false, deafness: Int = 0) throws {
            let told = Told()
            var router = Router()
            let answer: @Sendable (Request, RequestContext) async throws -> Response = { request, context in
                guard request.head.headerFields[.authorization] == "Bearer a-token-for-tests-only" else {
                    return Response(status: .unauthorized)
                }
                let body = try await request.body.collect(upTo: 1_024)
                let line = "\(request.head.method.rawValue) \(context.parameters["name"] ?? "") "
                told.lines.withLock { $0.append(line + String(decoding: body, as: UTF8.self)) }
                let deletions = told.lines.withLock { $0.filter { $0.hasPrefix("DELETE") }.count }
                let isDeaf = line.hasPrefix("DELETE") && deletions <= deafness
                return .json(["fixed": isFixed], status: isDeaf ? .serviceUnavailable : .ok)
            }
            router.get("/admin/faults/{name}", answer)
            router.put("/admin/faults/{name}", answer)
            router.delete("/admin/faults/{name}", answer)
            server = try HTTPServer(responder: router)
            self.lines = told
        }

        final class Told: Sendable {
            let lines = Mutex<[String]>([])
        }

        private let lines: Told
        var all: [String] { lines.lines.withLock { $0 } }

        func admin(token: String = "a-token-for-tests-only") throws -> FaultAdmin {
            let url = "http://\(server.localAddress)"
            return try FaultAdmin(
                Settings(environment: [
                    "ADMIN_TOKEN": token, "SAMPLE_APP_ADMIN_URL": url, "PAYMENT_ADMIN_URL": url,
                    "INVENTORY_ADMIN_URL": url,
                ]),
                timeout: .seconds(60)
            )
        }
    }

    private func injector(
        _ yaml: String,
        _ listener: Listener,
        _ shop: RecordingShop,
        control: LoadControl,
        token: String = "a-token-for-tests-only"
    ) throws -> (injector: Injector, folder: String) {
        let folder = FileManager.default.temporaryDirectory.path + "/injector-tests-\(UUID().uuidString)"
        let record = RunRecord(
            runID: "run",
            seed: 1,
            scenario: "x",
            arrivals: "5",
            startedAt: Moment(nanoseconds: 0),
            target: ""
        )
        let clock = WallClock()
        let truth = try TruthFolder(folder, run: record, clock: clock)
        let injector = Injector(
            scenario: try Scenario(yaml: yaml, file: "x.yaml", seed: 1).compressed(4),
            timeScale: 4,
            runID: "run",
            run: .test(shop.origin, journal: truth.journal),
            admin: try listener.admin(token: token),
            truth: truth,
            clock: clock,
            catalogue: RecordingShop.catalogue,
            population: Population(size: 100, visaShare: 0.8, seed: 1),
            control: control,
            log: IncidentLog(),
            complain: { _ in }
        )
        return (injector, folder)
    }

    private func injections(_ folder: String) throws -> [Injection] {
        try String(contentsOfFile: folder + "/injections.jsonl", encoding: .utf8).split(separator: "\n").map {
            try JSON.decode(Injection.self, from: Array($0.utf8))
        }
    }

    private func running(_ listener: Listener, _ shop: RecordingShop, _ work: @Sendable () async throws -> Void)
        async throws
    {
        try await shop.serving {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await listener.server.run() }
                defer { group.cancelAll() }
                try await work()
            }
        }
    }

    @Test("lays each weakness bare and covers it again, sends what triggers need, and writes all down")
    func timeline() async throws {
        let (listener, shop) = (try Listener(), try RecordingShop())
        let yaml = """
            name: x
            duration: 12s
            incidents:
              - {incident: visa_cache_full, start: 0s, duration: 4s, difficulty: easy}
              - {incident: intermittent_error, start: 5s, duration: 4s, difficulty: hard}
              - {incident: payment_timeout, start: 9s, duration: 3s, intensity: 50%}
            """
        let (injector, folder) = try injector(yaml, listener, shop, control: LoadControl())
        try await running(listener, shop) {
            try await injector.check()
            try await injector.start(from: .now)
        }
        let told = listener.all
        #expect(told.prefix(2) == ["GET visa_cache_full ", "GET intermittent_error "])
        #expect(
            told.filter { $0.contains("visa_cache_full") }.dropFirst()
                == [#"PUT visa_cache_full {"ttl_s":16,"intensity":75.0}"#, "DELETE visa_cache_full "]
        )
        #expect(
            told.filter { $0.contains("intermittent_error") }.dropFirst()
                == [#"PUT intermittent_error {"ttl_s":16,"intensity":1.0}"#, "DELETE intermittent_error "]
        )
        let records = try injections(folder)
        let byID = Dictionary(uniqueKeysWithValues: records.map { ($0.incidentID, $0) })
        #expect(
            byID.mapValues(\.name) == [
                "run-1": "visa_cache_full", "run-2": "intermittent_error", "run-3": "payment_timeout",
            ]
        )
        #expect(byID.mapValues(\.mechanism) == ["run-1": .armed, "run-2": .armed, "run-3": .traffic])
        #expect(
            byID.mapValues(\.service) == [
                "run-1": "payment-service", "run-2": "sample-ecommerce-app", "run-3": "inventory-service",
            ]
        )
        #expect(records.allSatisfy { record in record.endedAt.map { record.startedAt < $0 } == true })
        #expect(injector.log.current.isEmpty && injector.log.finished == records)
        let triggers = injector.run.report.current.beside
        // Three hasty visitors a second for one second, and one round of five reports.
        #expect(triggers.started == 8)
        #expect(shop.requests.filter { $0.head.contains("/reports/stock-valuation") }.count == 5)
        #expect(injector.run.report.current.total.requests == 0, "Triggers are no everyday traffic.")
    }

    @Test("covers what it laid bare when the load stops in the middle, and writes that down too")
    func stopped() async throws {
        let (listener, shop, control) = (try Listener(), try RecordingShop(), LoadControl())
        let yaml = """
            name: x
            duration: 24h
            incidents: [{incident: bad_release, start: 0s, duration: 23h}, {incident: visa_cache_full, start: 1h, duration: 1h}]
            """
        let (injector, folder) = try injector(yaml, listener, shop, control: control)
        try await running(listener, shop) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await injector.start(from: .now) }
                while injector.log.current.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
                control.stop()
                try await group.waitForAll()
            }
        }
        #expect(listener.all.last == "DELETE bad_release ")
        #expect(try injections(folder).map(\.name) == ["bad_release"])
    }

    @Test("makes changes and takes them back, and writes them down apart from the incidents")
    func changes() async throws {
        let (listener, shop) = (try Listener(), try RecordingShop())
        let yaml = """
            name: x
            duration: 4s
            changes: [{change: patch_release, start: 0s, duration: 1s, share: 70%}]
            """
        let (injector, folder) = try injector(yaml, listener, shop, control: LoadControl())
        try await running(listener, shop) {
            try await injector.check()
            try await injector.start(from: .now)
        }
        #expect(
            listener.all == [
                "GET patch_release ", #"PUT patch_release {"ttl_s":16,"intensity":0.7}"#, "DELETE patch_release ",
            ]
        )
        let lines = try String(contentsOfFile: folder + "/changes.jsonl", encoding: .utf8).split(separator: "\n")
        let changes = try lines.map { try JSON.decode(Change.self, from: Array($0.utf8)) }
        #expect(changes.map(\.changeID) == ["run-change-1"])
        #expect(changes.map(\.share) == [0.7] && changes.map(\.service) == ["sample-ecommerce-app"])
        #expect(changes.allSatisfy { change in change.endedAt.map { change.startedAt < $0 } == true })
        #expect(try injections(folder).isEmpty)
    }

    @Test("tells a service that is too busy to listen again, until the weakness is covered")
    func deaf() async throws {
        let (listener, shop) = (try Listener(deafness: 2), try RecordingShop())
        let yaml = "name: x\nduration: 4s\nincidents: [{incident: bad_release, start: 0s, duration: 1s}]"
        let (injector, folder) = try injector(yaml, listener, shop, control: LoadControl())
        try await running(listener, shop) { try await injector.start(from: .now) }
        #expect(listener.all.filter { $0 == "DELETE bad_release " }.count == 3)
        #expect(try injections(folder).map(\.name) == ["bad_release"])
    }

    @Test("says beforehand what cannot be done")
    func checks() async throws {
        let yaml = "name: x\nduration: 9s\nincidents: [{incident: bad_release, start: 0s, duration: 9s}]"
        let (fixed, sound) = (try Listener(isFixed: true), try Listener())
        let (shop, other) = (try RecordingShop(), try RecordingShop())
        try await running(fixed, other) {
            let (injector, _) = try injector(yaml, fixed, other, control: LoadControl())
            await #expect { try await injector.check() } throws: {
                "\($0)".contains("sample-ecommerce-app cannot be given bad_release: the service's configuration")
            }
        }
        try await running(sound, shop) {
            let (injector, _) = try injector(yaml, sound, shop, control: LoadControl(), token: "another-token-entirely")
            await #expect { try await injector.check() } throws: { "\($0)".contains("another ADMIN_TOKEN") }
        }
        #expect(throws: SettingError.self) { try FaultAdmin(Settings(environment: [:])) }
    }

    @Test("begins a scenario that repeats anew, until the load stops")
    func rounds() async throws {
        let (listener, shop, control) = (try Listener(), try RecordingShop(), LoadControl())
        let yaml =
            "name: x\nduration: 4s\nrepeat: true\nincidents: [{incident: bad_release, start: 0s, duration: 1s}]"
        let (injector, folder) = try injector(yaml, listener, shop, control: control)
        try await running(listener, shop) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await injector.start(from: .now) }
                while injector.log.finished.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
                control.stop()
                try await group.waitForAll()
            }
        }
        let found = try injections(folder)
        #expect(Array(found.map(\.incidentID).prefix(2)) == ["run-1", "run-2"])
        #expect(Set(found.map(\.incidentID)).count == found.count)
    }
}
