import OTelSDK
public import Tracing

extension InstrumentationContext {
    /// The attribute and the baggage entry that a session goes by (OpenTelemetry semantic conventions, session).
    static let sessionKey = "session.id"

    /// The visitor's session that the current request belongs to.
    ///
    /// It travels as baggage with every call, and each span and log record of the request has it as `session.id`.
    public var sessionID: String? {
        get { baggage[Self.sessionKey] }
        set {
            var baggage = baggage
            if let newValue {
                baggage.set(Self.sessionKey, to: newValue)
            } else {
                baggage.remove(Self.sessionKey)
            }
            self.baggage = baggage
        }
    }
}
