/// How a stream's measurements become points (OpenTelemetry specification, Metrics SDK, Aggregation).
public enum Aggregation: Sendable, Hashable {
    /// What fits the kind of the instrument.
    case `default`
    /// Nothing; the measurements are ignored.
    case drop
    /// Their sum.
    case sum
    /// The last of them.
    case lastValue
    /// Their distribution in buckets with the given upper bounds; `nil` for the instrument's advice or the default.
    case explicitBucketHistogram(boundaries: [Double]? = nil, recordsMinMax: Bool = true)
    /// Their distribution in buckets whose bounds grow by a constant factor.
    case exponentialHistogram(maximumSize: Int = 160, maximumScale: Int = 20, recordsMinMax: Bool = true)

    /// The default bounds of histograms.
    public static let defaultBoundaries: [Double] = [
        0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000,
    ]

    /// What bounds of buckets must be, when they are not (OpenTelemetry specification, Metrics Data Model, Histogram).
    static func complaint(_ boundaries: [Double]) -> String? {
        let isIncreasing = zip(boundaries, boundaries.dropFirst()).allSatisfy { $0 < $1 }
        return isIncreasing && boundaries.allSatisfy(\.isFinite) ? nil : "are finite and increase strictly"
    }

    /// The aggregation without bounds that cannot be, and what is wrong with them.
    var checked: (aggregation: Aggregation, complaint: String?) {
        guard case .explicitBucketHistogram(let boundaries?, let recordsMinMax) = self,
            let complaint = Self.complaint(boundaries)
        else { return (self, nil) }
        return (.explicitBucketHistogram(recordsMinMax: recordsMinMax), complaint)
    }

    /// Whether measurements of such an instrument can be aggregated like that.
    func fits(_ kind: InstrumentKind) -> Bool {
        switch (self, kind) {
        case (.sum, .gauge), (.sum, .observableGauge): false
        case (.lastValue, let kind): kind == .gauge || kind == .observableGauge
        case (.explicitBucketHistogram, let kind), (.exponentialHistogram, let kind): !kind.isObservable
        default: true
        }
    }
}
