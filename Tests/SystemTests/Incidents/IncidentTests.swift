import ChildProcess
import Foundation
import Glibc
import Testing

/// The nine incidents, one after another, in one suite under the same traffic; and a second suite with every fix.
///
/// `INCIDENTS` names those to look at, by commas; all of them without it.
@Suite("An incident", .serialized, .timeLimit(.minutes(20)))
struct IncidentTests {
    /// Journeys a second, and what makes the telemetry quick enough to wait for.
    private static let rate = 20
    /// Seconds after which a trigger would end by itself.
    private static let longest = 240
    private static let environment = ["OTEL_METRIC_EXPORT_INTERVAL": "1000", "INVENTORY_MEMORY_LIMIT_MB": "112"]

    private static var chosen: [Incident] {
        let names = ChildProcess.environment["INCIDENTS"].map { $0.split(separator: ",").map(String.init) }
        return Incident.all.filter { names?.contains($0.name) ?? true }
    }

    @Test("is not there before, shows while its trigger lasts, heals by itself, and is named nowhere in what is stored")
    func incidents() async throws {
        let admin = FaultAdmin()
        let suite = try await RunningSuite(
            name: "incidents",
            rate: Self.rate,
            classes: "all",
            environment: Self.environment.merging(admin.environment) { _, port in port }
        )
        let beside = Task { await ShoppersBeside(suite: suite).shop() }
        for incident in Self.chosen {
            let observation = try await observe(incident, in: suite, admin)
            print(observation.report)
            fflush(nil)
        }
        beside.cancel()
        await beside.value
        try await LeakAudit(suite: suite).run()
        await suite.stop()
    }

    @Test("does not come under the same traffic and triggers where the configuration makes it impossible")
    func fixed() async throws {
        let admin = FaultAdmin()
        let fixes = Incident.all.reduce(into: [:]) { all, incident in all.merge(incident.fix) { value, _ in value } }
        let suite = try await RunningSuite(
            name: "fixed",
            rate: Self.rate,
            classes: "all",
            environment: Self.environment.merging(admin.environment) { _, port in port }
                .merging(fixes) { _, fix in fix }
        )
        let beside = Task { await ShoppersBeside(suite: suite).shop() }
        try await healthy(suite)
        // What only a weakness of ours can do is refused; what others do goes on all the same.
        let others = [Incident.paymentTimeout, .productDatabaseTimeout, .paymentGatewayError, .orderBacklog].map(\.name)
        for incident in Incident.all {
            let expected = others.contains(incident.name) ? 200 : 409
            #expect(try await admin.arm(incident, seconds: 900) == expected, "\(incident.name)")
        }
        // While all triggers last, and for longer than any of them takes to show without its remedy, there is no sign.
        try await absent(Incident.all.flatMap(\.signs).filter(\.isPreventedByFix), in: suite, seconds: 25)
        for incident in Incident.all { #expect(try await admin.disarm(incident) == 200) }
        // What fails while a card company's computer fails is over with it.
        try await absent(Incident.paymentGatewayError.signs + Incident.orderBacklog.signs, in: suite, seconds: 5)
        beside.cancel()
        await beside.value
        await suite.stop()
    }

    private func observe(_ incident: Incident, in suite: RunningSuite, _ admin: FaultAdmin) async throws -> Observation
    {
        var observation = Observation(incident: incident)
        try await healthy(suite)
        observation.before = try await absent(incident.signs, in: suite, seconds: 8)

        let armed = Self.now
        try #require(
            try await admin.arm(incident, seconds: Self.longest) == 200,
            "\(incident.name) cannot be armed."
        )
        observation.during = try await present(incident, in: suite, admin)
        let spared = Window(from: armed)
        for sign in incident.spared {
            #expect(try await suite.value(sign.query(in: spared)) == 0, "\(incident.name): \(sign.name)")
        }
        observation.secondsToShow = Double(Self.now - armed) / 1_000

        let ended = Self.now
        // A process that is being started anew takes no orders for a moment.
        while (try? await admin.disarm(incident)) != 200 { try await Task.sleep(for: .milliseconds(100)) }
        observation.after = try await absent(incident.signs, in: suite, seconds: 6)
        try await healthy(suite)
        observation.secondsToHeal = Double(Self.now - ended) / 1_000
        return observation
    }

    /// Waits until every sign has been there within the same seconds; a hang ends with the test's time limit.
    private func present(_ incident: Incident, in suite: RunningSuite, _ admin: FaultAdmin) async throws
        -> [String: Double]
    {
        var highest: [String: Double] = [:]
        while true {
            try await admin.keepArmed(incident, seconds: Self.longest)
            let window = Window(from: Self.now - 15_000)
            for sign in incident.signs {
                // A process that is being started anew answers nothing for a moment; ClickHouse always does.
                let value = try await suite.value(sign.query(in: window))
                highest[sign.name] = max(highest[sign.name] ?? 0, value)
            }
            if incident.signs.allSatisfy({ highest[$0.name] ?? 0 >= $0.bound }) { return highest }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Waits until no sign has been there for some seconds; a hang ends with the test's time limit.
    @discardableResult
    private func absent(_ signs: [Sign], in suite: RunningSuite, seconds: Int) async throws -> [String: Double] {
        let earliest = Self.now
        while true {
            let window = Window(from: max(earliest, Self.now - seconds * 1_000))
            var values: [String: Double] = [:]
            for sign in signs { values[sign.name] = try await suite.value(sign.query(in: window)) }
            if signs.allSatisfy({ values[$0.name] ?? 0 < $0.bound }), Self.now - earliest >= seconds * 1_000 {
                return values
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Waits until the shop sells as on other days.
    private func healthy(_ suite: RunningSuite) async throws {
        try await suite.number(
            """
            SELECT if(countIf(toUInt16OrZero(SpanAttributes['http.response.status_code']) >= 500) * 50 > count(), 0,
                      countIf(SpanAttributes['http.response.status_code'] = '200')) FROM otel_traces
            WHERE SpanName = 'POST /checkout' AND SpanKind = 'Server' AND Timestamp > now() - INTERVAL 5 SECOND
            """
        ) { $0 >= 30 }
    }

    private static var now: Int { Int(Date().timeIntervalSince1970 * 1_000) }
}
