import Metrics

/// Counts what became of the batches that browsers sent.
struct BrowserTelemetryCounts: Sendable {
    /// Why a batch was dropped.
    enum Reason: String, CaseIterable, Sendable {
        /// A page of somebody else's sent it, or no page at all.
        case foreign
        case tooLarge = "too_large"
        case tooSlow = "too_slow"
        /// It came while too many others did.
        case tooMany = "too_many"
        /// It is no OTLP in JSON, or did not come to its end.
        case unreadable
        /// Too much waits for the collector.
        case noRoom = "no_room"
        /// The collector was away for too long.
        case collectorAway = "collector_away"
        /// The collector did not want it.
        case refused
    }

    private let passedOn = Counter(label: "shop.browser_telemetry.passed_on")
    private let drops = Dictionary(
        uniqueKeysWithValues: Reason.allCases.map {
            ($0, Counter(label: "shop.browser_telemetry.dropped", dimensions: [("reason", $0.rawValue)]))
        }
    )

    func passed() { passedOn.increment() }
    func dropped(_ reason: Reason) { drops[reason]?.increment() }
}
