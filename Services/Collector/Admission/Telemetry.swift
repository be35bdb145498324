import OTLP

/// One of the three kinds of telemetry: what of a request can be stored, and the rows that it makes.
///
/// A request is looked at twice. Before it is acknowledged, everything in it is checked and counted; when its batch is
/// sent, it is made into columns. In between it is what it was on the wire, in memory or in the log: that is the
/// smallest and the same in both.
protocol Telemetry: Sendable {
    /// The request as OTLP/JSON is read.
    associatedtype Message: OTLPBody

    /// What its items are.
    static var signal: Signal { get }

    /// About how many bytes looking at a body takes, beside the body.
    static func cost(of body: [UInt8]) -> Int

    /// Checks everything in a body, and counts what can be stored.
    ///
    /// - Parameter rowLimit: How many bytes the rows may take.
    static func admit(_ body: [UInt8], _ times: StorableTimes, rowLimit: Int) throws(AdmissionError) -> Admission

    /// The rows of requests that were admitted, a block for each table that gets any.
    ///
    /// - Parameter retention: How long the tables keep rows, in seconds.
    static func blocks(of requests: [StoredRequest], retention: Int) -> [TableBlock]
}

/// What of a request can be stored.
struct Admission: Sendable, Equatable {
    /// How many items can be stored.
    var count = 0
    /// How many cannot, by reason.
    var rejections = Rejections()
    /// About how many bytes the rows take.
    var rowBytes = 0
}

/// Why a request cannot be taken at all.
enum AdmissionError: Error, Sendable, Equatable {
    /// It is no OTLP message.
    case malformed(String)
    /// Its rows would take more bytes than allowed: a resource's attributes stand in each of its rows.
    case tooManyBytes(items: Int)
}
