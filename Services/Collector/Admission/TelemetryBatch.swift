import OTLP

/// What can be stored of one request.
protocol TelemetryBatch: Sendable {
    /// The request as it is decoded.
    associatedtype Message: OTLPBody

    /// What its items are.
    static var signal: Signal { get }
    /// The rows of several requests, a block for each table that gets any.
    static func blocks(of batches: [Self]) -> [TableBlock]

    /// Sorts out what cannot be stored.
    init(_ request: Message, _ times: StorableTimes)

    /// How many items can be stored.
    var count: Int { get }
    /// How many cannot, by reason.
    var rejections: Rejections { get }
    /// About how many bytes the rows take.
    var estimatedSize: Int { get }
}
