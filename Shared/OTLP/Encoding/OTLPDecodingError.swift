/// Input that is not OTLP.
public struct OTLPDecodingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, and where it was noticed.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
