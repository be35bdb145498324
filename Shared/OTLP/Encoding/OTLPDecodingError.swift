/// Input that is not OTLP.
public struct OTLPDecodingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, and where it was noticed.
    public let description: String

    /// A field is of another type than the one that is known by its number.
    static let wrongWireType = OTLPDecodingError("A field has the wrong wire type.")

    init(_ description: String) {
        self.description = description
    }
}
