import ClickHouseHTTP
import HTTPCore
import PromQL
import TextCoding

/// What the Monitor tab of Jaeger's page draws: rates, errors and latencies of services, over a window that ends at each
/// step.
struct JaegerMetrics: Sendable {
    /// What is drawn.
    enum Kind: String, Sendable {
        case latencies, calls, errors
    }

    /// The shortest step, in milliseconds.
    static let shortestStep: Int64 = 1_000
    private static let mostSteps: Int64 = 2_000
    /// So many services fit into one question.
    private static let mostServices = 100

    /// What can be said of it; the quantile is that of latencies, and changes nothing for the others.
    static let parameters = [
        "service", "quantile", "groupByOperation", "endTs", "lookback", "step", "ratePer", "spanKind",
    ]

    private let kind: Kind
    private let services: [String]
    private let kinds: [String]
    private let quantile: Double
    private let isByOperation: Bool
    private let step: Int64
    /// The first and the last step, as multiples of ``step``.
    private let steps: ClosedRange<Int64>
    /// How many steps a window has.
    private let window: Int64

    /// Reads the parameters.
    init(_ kind: Kind, _ question: Question) throws {
        self.kind = kind
        // One parameter a service, or commas between them.
        services = question.all("service").flatMap { $0.split(separator: ",") }.map { String($0) }
        guard !services.isEmpty else { throw QueryFailure.invalid("please provide at least one service name") }
        guard services.count <= Self.mostServices else {
            throw QueryFailure.invalid("at most \(Self.mostServices) services can be asked for at once")
        }
        let words = question.all("spanKind").filter { !$0.isEmpty }
        kinds = try (words.isEmpty ? ["server"] : words).map(JaegerRoutes.kind)
            .flatMap { StoredSpan.spellings(ofKind: $0) ?? [] }
        quantile = try Self.quantile(question, isNeeded: kind == .latencies)
        switch question["groupByOperation"] {
        case "true", "1": isByOperation = true
        case "false", "0", nil: isByOperation = false
        default: throw QueryFailure.invalid("unable to parse param 'groupByOperation': it must be true or false")
        }
        func positive(_ name: String, default number: Int64) throws -> Int64 {
            let value = try JaegerRoutes.milliseconds(question, name) ?? number
            guard value > 0 else { throw QueryFailure.invalid("unable to parse param '\(name)': it must be positive") }
            return value
        }
        step = try positive("step", default: 5_000)
        guard step >= Self.shortestStep else {
            throw QueryFailure.invalid("unable to parse param 'step': it must be at least \(Self.shortestStep) ms")
        }
        let lookback = try positive("lookback", default: 3_600_000)
        let rate = try positive("ratePer", default: 600_000)
        let now = WallClock.milliseconds
        let end = min(max(try JaegerRoutes.milliseconds(question, "endTs") ?? now, 0), now + 86_400_000)
        window = max(1, rate / step)
        guard lookback / step <= Self.mostSteps, window <= Self.mostSteps else {
            throw QueryFailure.invalid(
                "unable to parse param 'step': lookback and ratePer may have \(Self.mostSteps) steps at most"
            )
        }
        steps = (end - lookback) / step...end / step
    }

    private static func quantile(_ question: Question, isNeeded: Bool) throws -> Double {
        guard let text = question["quantile"] else {
            if isNeeded { throw QueryFailure.invalid("unable to parse param 'quantile': it is missing") }
            return 0.5
        }
        guard let number = Double(text), number >= 0, number <= 1 else {
            throw QueryFailure.invalid("unable to parse param 'quantile': it must be a number from 0 to 1")
        }
        return number
    }

    private struct Group: Hashable, Comparable {
        let service: String
        let operation: String

        static func < (left: Group, right: Group) -> Bool {
            (left.service, left.operation) < (right.service, right.operation)
        }
    }

    /// The family of metrics as JSON.
    func family(from database: TelemetryDatabase) async throws -> [UInt8] {
        var rows = try await database.rows(
            """
            WITH steps AS
            (
                SELECT
                    ServiceName AS service,
                    if({byOperation:UInt8} = 1, toString(SpanName), '') AS operation,
                    intDiv(toUnixTimestamp64Milli(Timestamp), {step:Int64}) + 1 AS step,
                    count() AS calls,
                    countIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS errors,
                    quantileTDigestState(Duration) AS durations
                FROM otel_traces
                WHERE ServiceName IN {services:Array(String)} AND has({kinds:Array(String)}, toString(SpanKind))
                  AND Timestamp >= fromUnixTimestamp64Milli(({first:Int64} - {window:Int64}) * {step:Int64})
                  AND Timestamp < fromUnixTimestamp64Milli({last:Int64} * {step:Int64})
                GROUP BY service, operation, step
            )
            SELECT toString(service), operation, step + ahead AS at, sum(calls), sum(errors),
                toFloat64(quantilesTDigestMerge({quantile:Float64})(durations)[1])
            FROM steps
            ARRAY JOIN range(0, {window:Int64}) AS ahead
            WHERE at BETWEEN {first:Int64} AND {last:Int64}
            GROUP BY service, operation, at
            ORDER BY service, operation, at
            """,
            [
                "byOperation": isByOperation ? 1 : 0, "step": ClickHouseParameter(step),
                "services": ClickHouseParameter(services), "kinds": ClickHouseParameter(kinds),
                "first": ClickHouseParameter(steps.lowerBound), "last": ClickHouseParameter(steps.upperBound),
                "window": ClickHouseParameter(window), "quantile": ClickHouseParameter(quantile),
            ]
        )
        var points: [Group: [(at: Int64, value: Double)]] = [:]
        while !rows.isAtEnd {
            let group = Group(service: try rows.text(), operation: try rows.text())
            let at = try rows.number(Int64.self)
            let calls = Double(try rows.number(UInt64.self))
            let errors = Double(try rows.number(UInt64.self))
            let nanoseconds = try rows.double()
            let value =
                switch kind {
                case .calls: calls / (Double(window * step) / 1_000)
                case .errors: errors / calls
                case .latencies: nanoseconds / 1e6
                }
            points[group, default: []].append((at * step, value))
        }
        return text(points.sorted { $0.key < $1.key })
    }

    private func text(_ metrics: [(key: Group, value: [(at: Int64, value: Double)])]) -> [UInt8] {
        let subject = isByOperation ? "service_operation" : "service"
        let grouping = isByOperation ? "service & operation" : "service"
        let (name, help) =
            switch kind {
            case .calls: ("\(subject)_call_rate", "calls/sec, grouped by \(grouping)")
            case .errors:
                (
                    "\(subject)_error_rate",
                    "error rate, computed as a fraction of errors/sec over calls/sec, grouped by \(grouping)"
                )
            case .latencies:
                ("\(subject)_latencies", "\(NumberFormat.plain(quantile))th quantile latency, grouped by \(grouping)")
            }
        var bytes = Array("{\"name\":\"\(name)\",\"type\":\"GAUGE\",\"help\":\"\(help)\",\"metrics\":[".utf8)
        for (index, (group, points)) in metrics.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: #"{"labels":["#.utf8)
            if isByOperation {
                bytes.append(contentsOf: #"{"name":"operation","value":"#.utf8)
                JSONText.append(group.operation, to: &bytes)
                bytes.append(contentsOf: "},".utf8)
            }
            bytes.append(contentsOf: #"{"name":"service_name","value":"#.utf8)
            JSONText.append(group.service, to: &bytes)
            bytes.append(contentsOf: #"}],"metricPoints":["#.utf8)
            for (number, point) in points.enumerated() {
                if number > 0 { bytes.append(UInt8(ascii: ",")) }
                let value = "{\"gaugeValue\":{\"doubleValue\":\(NumberFormat.plain(point.value))}"
                bytes.append(contentsOf: "\(value),\"timestamp\":\"\(RFC3339.text(point.at))\"}".utf8)
            }
            bytes.append(contentsOf: "]}".utf8)
        }
        bytes.append(contentsOf: "]}".utf8)
        return bytes
    }
}
