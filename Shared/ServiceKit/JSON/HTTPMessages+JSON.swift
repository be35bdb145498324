public import HTTPCore
public import HTTPTypes

extension Response {
    /// A response whose body is a value written as JSON.
    public static func json(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Response {
        var response = Response(status: status, headers: headers, body: .bytes(JSON.encode(value)))
        response.head.headerFields[.contentType] = "application/json"
        return response
    }
}

extension Request {
    /// Reads the body as JSON.
    ///
    /// - Parameter limit: The largest body that is read, in bytes; 64 KiB by default.
    /// - Throws: A ``Problem``: 415 when the body says it is something else than JSON, 400 when it is not JSON, 422 with
    ///   the field's path when a member is missing or of the wrong type.
    public func json<Value: Decodable>(_ type: Value.Type, upTo limit: Int = 65_536) async throws -> Value {
        if let mediaType = head.headerFields[.contentType]?.lowercased(), !mediaType.hasPrefix("application/json") {
            throw Problem(.unsupportedMediaType, detail: "Send the body as application/json.")
        }
        return try JSON.decode(type, from: await body.collect(upTo: limit))
    }
}
