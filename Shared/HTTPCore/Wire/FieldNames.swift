import HTTPTypes

/// Field names that nearly every message has, kept ready: making a name checks it and allocates.
enum FieldNames {
    private static let known: [[(spelling: StaticString, name: HTTPField.Name)]] = {
        let names: [(StaticString, HTTPField.Name)] = [
            ("host", HTTPField.Name("Host")!), ("accept", .accept), ("cookie", .cookie), ("user-agent", .userAgent),
            ("connection", .connection), ("content-type", .contentType), ("content-length", .contentLength),
            ("accept-encoding", .acceptEncoding), ("accept-language", .acceptLanguage),
            ("transfer-encoding", .transferEncoding), ("date", .date), ("server", .server),
            ("traceparent", HTTPField.Name("traceparent")!), ("tracestate", HTTPField.Name("tracestate")!),
            ("baggage", HTTPField.Name("baggage")!), ("cache-control", .cacheControl), ("origin", .origin),
            ("request-timeout-ms", HTTPField.Name("request-timeout-ms")!),
        ]
        var byLength = [[(spelling: StaticString, name: HTTPField.Name)]](repeating: [], count: 32)
        for (spelling, name) in names { byLength[spelling.utf8CodeUnitCount].append((spelling, name)) }
        return byLength
    }()

    /// The name that the octets spell, or `nil` when no field can be called that.
    static func name(_ octets: UnsafeBufferPointer<UInt8>) -> HTTPField.Name? {
        if octets.count < known.count {
            for candidate in known[octets.count] where octets.equalsIgnoringCase(candidate.spelling) {
                return candidate.name
            }
        }
        return HTTPField.Name(String(decoding: octets, as: UTF8.self))
    }
}
