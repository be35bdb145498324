/// The answer to a request, complete.
public struct CurlResponse: Sendable {
    /// The status code.
    public var status: Int
    /// The fields, in order, with lower-case names.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]

    /// The first value of a field; the name is given in lower case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}
