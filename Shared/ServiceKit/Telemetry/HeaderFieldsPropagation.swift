import HTTPTypes
import Tracing

/// Reads propagation headers from HTTP fields; a field that came several times is read as one list (RFC 9110, 5.3).
struct HeaderFieldsExtractor: Extractor {
    func extract(key: String, from carrier: HTTPFields) -> String? {
        HTTPField.Name(propagating: key).flatMap { carrier[$0] }
    }
}

/// Writes propagation headers into HTTP fields.
struct HeaderFieldsInjector: Injector {
    func inject(_ value: String, forKey key: String, into carrier: inout HTTPFields) {
        guard let name = HTTPField.Name(propagating: key) else { return }
        carrier[name] = value
    }
}

extension HTTPField.Name {
    private static let traceParent = HTTPField.Name("traceparent")!
    private static let traceState = HTTPField.Name("tracestate")!
    private static let baggage = HTTPField.Name("baggage")!

    /// The name of a propagator's field. Those of W3C are kept, since checking one costs more than looking it up.
    fileprivate init?(propagating key: String) {
        switch key {
        case "traceparent": self = .traceParent
        case "tracestate": self = .traceState
        case "baggage": self = .baggage
        default: self.init(key)
        }
    }

    /// Where a response tells its caller which trace it belongs to.
    static let traceResponse = HTTPField.Name("traceresponse")!
    /// The id that a caller gives its request.
    static let requestID = HTTPField.Name("x-request-id")!
}
