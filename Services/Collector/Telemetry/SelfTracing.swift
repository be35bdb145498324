import ServiceKit
import Synchronization
import Tracing

/// The collector's own traces: a span for a request that it takes and one for a batch that it stores, under the names of
/// the OpenTelemetry Collector.
///
/// Not each of them gets one: at most so many a second of either kind, evenly spread, so that they cost nothing that
/// could be measured. They are internal and have no parent: what a trace's own spans tell of its services stays as it is.
struct SelfTracing: Sendable {
    private let tracer: any Tracer
    private let requests: SpanPace
    private let batches: SpanPace

    /// - Parameter rate: How many spans a second there may be of requests, and as many of batches.
    init(_ tracer: any Tracer, perSecond rate: Int) {
        self.tracer = tracer
        requests = SpanPace(perSecond: rate)
        batches = SpanPace(perSecond: rate)
    }

    /// A span for a request whose body has arrived, if it is its turn.
    func request(_ signal: Signal, by transport: Transport, in encoding: OTLPEncoding) -> RequestSpan? {
        guard requests.take() else { return nil }
        let span = start("receiver/otlp/\(signal.received)")
        span.attributes["receiver"] = "otlp"
        span.attributes["transport"] = transport.rawValue
        span.attributes["format"] = encoding == .json ? "json" : "protobuf"
        return RequestSpan(span: span, signal: signal)
    }

    /// A span for the attempt to store a batch, if it is its turn.
    func batch(_ signal: Signal, of requests: [StoredRequest]) -> BatchSpan? {
        // A batch of nothing but the collector's own spans gets none: its span would make the next batch, for ever.
        guard requests.contains(where: { !$0.isOwn }), batches.take() else { return nil }
        let span = start("exporter/clickhouse/\(signal.exported)")
        span.attributes["exporter"] = "clickhouse"
        span.attributes["requests"] = requests.count
        return BatchSpan(span: span)
    }

    private func start(_ name: String) -> any Span {
        tracer.startSpan(name, context: .topLevel, ofKind: .internal)
    }
}

/// The span of a request.
struct RequestSpan: Sendable {
    fileprivate let span: any Span
    fileprivate let signal: Signal

    /// The log has what can be stored.
    func end(_ admission: Admission) {
        end(accepted: admission.count, refused: admission.rejections.total)
    }

    /// The request is not taken.
    func fail(_ refusal: Refusal) {
        span.attributes["error.type"] = refusal.reason
        span.setStatus(SpanStatus(code: .error, message: refusal.message))
        span.end()
    }

    private func end(accepted: Int, refused: Int) {
        span.attributes["accepted_\(signal.rawValue)"] = accepted
        span.attributes["refused_\(signal.rawValue)"] = refused
        span.end()
    }
}

/// The span of a batch.
struct BatchSpan: Sendable {
    fileprivate let span: any Span

    /// Each table has taken its rows or has refused them.
    ///
    /// - Parameters:
    ///   - rows: How many rows each of them was sent.
    ///   - refused: The tables that refused theirs; `nil` when the collector ended before that was known.
    func end(rows: [Table: Int], refused: Set<Table>?) {
        func count(_ tables: some Sequence<Table>) -> Int { tables.reduce(0) { $0 + rows[$1, default: 0] } }
        let failed = refused ?? Set(rows.keys)
        span.attributes["items.sent"] = count(rows.keys) - count(failed)
        span.attributes["items.failed"] = count(failed)
        if !failed.isEmpty {
            let names = failed.map(\.rawValue).sorted().joined(separator: ", ")
            span.setStatus(SpanStatus(code: .error, message: "Not stored yet: \(names)."))
        }
        span.end()
    }
}

/// Lets a span be made at most so many times a second, evenly spread.
private final class SpanPace: Sendable {
    private let interval: Duration
    private let next = Mutex(ContinuousClock.now)

    init(perSecond rate: Int) {
        interval = .seconds(1) / rate
    }

    /// Whether it is time for another one.
    func take() -> Bool {
        let now = ContinuousClock.now
        return next.withLock { next in
            guard next <= now else { return false }
            next = now + interval
            return true
        }
    }
}

extension Signal {
    /// What the OpenTelemetry Collector's receivers call the taking of a request.
    fileprivate var received: String {
        switch self {
        case .spans: "TraceDataReceived"
        case .logRecords: "LogsReceived"
        case .metricPoints: "MetricsReceived"
        }
    }

    /// What its exporters call a batch.
    fileprivate var exported: String {
        switch self {
        case .spans: "traces"
        case .logRecords: "logs"
        case .metricPoints: "metrics"
        }
    }
}
