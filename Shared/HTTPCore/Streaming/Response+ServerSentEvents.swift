public import HTTPTypes

extension Response {
    /// A stream of server-sent events; it ends when the closure returns.
    ///
    /// Each event leaves at once. When the client goes, the closure's task is cancelled and further writes throw.
    public static func serverSentEvents(
        headers: HTTPFields = [:],
        _ write: @escaping @Sendable (ServerSentEventWriter) async throws -> Void
    ) -> Response {
        var headers = headers
        headers[.contentType] = "text/event-stream"
        if !headers.contains(.cacheControl) { headers[.cacheControl] = "no-store" }
        var response = Response(
            status: .ok,
            headers: headers,
            body: .stream { body in
                try await body.flush()
                try await write(ServerSentEventWriter(body: body))
            }
        )
        response.endsWithClient = true
        return response
    }
}

/// Writes the events of one response.
public struct ServerSentEventWriter: Sendable {
    let body: ResponseBodyWriter

    /// Sends an event.
    ///
    /// - Throws: ``ResponseWriteError``.
    public func send(_ event: ServerSentEvent) async throws {
        try await body.write(event.text)
    }

    /// Sends a comment, which clients ignore: it keeps proxies from taking a quiet stream for a dead one.
    ///
    /// - Throws: ``ResponseWriteError``.
    public func keepAlive() async throws {
        try await body.write(":\n\n")
    }
}
