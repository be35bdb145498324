/// How large the parts of a message's head may be.
public struct MessageLimits: Sendable, Hashable {
    /// The request line in bytes, without its line end; longer ones are answered 414. 8 KiB by default.
    public var requestLineBytes = 8_192
    /// All field lines together in bytes; more is answered 431. 32 KiB by default.
    public var fieldBytes = 32_768
    /// The number of field lines; more is answered 431. 100 by default.
    public var fieldCount = 100

    /// The default limits.
    public init() {}

    /// The most that a head can be.
    var headBytes: Int { requestLineBytes + fieldBytes + 4 }
}
