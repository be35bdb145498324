import HTTPCore
import HTTPTypes

/// MCP over HTTP (MCP, *Transports*, Streamable HTTP): one endpoint, `/mcp`.
///
/// A call that takes its time is answered by a stream of events with its progress before its answer; everything else by
/// one JSON document. A client that goes away does not cancel its call: `notifications/cancelled` does. This server
/// begins no dialogue of its own, so there is no stream for GET.
struct StreamableHTTP: Sendable {
    /// The largest message, in bytes.
    static let longest = 1 << 20

    private static let sessionField = HTTPField.Name("Mcp-Session-Id")!
    private static let versionField = HTTPField.Name("MCP-Protocol-Version")!

    let sessions: HTTPSessions

    /// Adds the endpoint.
    func add(to router: inout Router) {
        router.post("/mcp") { request, _ in try await post(request) }
        router.delete("/mcp") { request, _ in
            guard let id = request.head.headerFields[Self.sessionField] else { return Self.noSession }
            return sessions.end(id) ? Response(status: .noContent) : Self.unknownSession
        }
    }

    private func post(_ request: Request) async throws -> Response {
        let fields = request.head.headerFields
        guard Self.isJSON(fields[.contentType]) else {
            return Self.answer(
                JSONRPCError.invalidRequest("Content-Type must be application/json.").response,
                .unsupportedMediaType
            )
        }
        guard Self.accepts("application/json", fields), Self.accepts("text/event-stream", fields) else {
            return Self.answer(
                JSONRPCError.invalidRequest("Accept must name application/json and text/event-stream.").response,
                .notAcceptable
            )
        }
        let message: JSONRPCMessage
        do {
            message = try JSONRPCMessage(try await request.body.collect(upTo: Self.longest))
        } catch let error as JSONRPCError {
            return Self.answer(error.response, .badRequest)
        }
        if case .request(_, "initialize", _) = message, fields[Self.sessionField] == nil {
            return initialize(message)
        }
        guard let id = fields[Self.sessionField] else { return Self.noSession }
        guard let session = sessions.session(id) else { return Self.unknownSession }
        if let version = fields[Self.versionField], version != session.version?.rawValue {
            return Self.answer(
                JSONRPCError.invalidRequest("MCP-Protocol-Version is not the one that was agreed upon.").response,
                .badRequest
            )
        }
        return await answer(message, session)
    }

    private func initialize(_ message: JSONRPCMessage) -> Response {
        let session = sessions.new()
        guard case .now(let answer) = session.accept(message, notify: { _ in }) else { return Self.noSession }
        guard session.version != nil else { return Self.answer(answer, .badRequest) }
        return Self.answer(answer, .ok, [Self.sessionField: sessions.keep(session)])
    }

    private func answer(_ message: JSONRPCMessage, _ session: MCPSession) async -> Response {
        let (events, sink) = AsyncStream.makeStream(of: JSONValue.self, bufferingPolicy: .bufferingNewest(64))
        switch session.accept(message, notify: { sink.yield($0) }) {
        case .nothing: return Response(status: .accepted)
        case .now(let answer): return Self.answer(answer, .ok)
        case .later(let task):
            guard case .request(_, "tools/call", _) = message else {
                guard let answer = await task.value else { return Response(status: .noContent) }
                return Self.answer(answer, .ok)
            }
            let end = Task {
                // Of progress that nobody reads the newest is kept; the answer is sent after it in any case.
                let answer = await task.value
                sink.finish()
                return answer
            }
            return .serverSentEvents { writer in
                for await event in events { try await writer.send(ServerSentEvent(data: event.description)) }
                if let answer = await end.value { try await writer.send(ServerSentEvent(data: answer.description)) }
            }
        }
    }

    /// A JSON document.
    static func answer(
        _ document: JSONValue,
        _ status: HTTPResponse.Status,
        _ headers: HTTPFields = [:]
    ) -> Response {
        var response = Response(status: status, headers: headers, body: .bytes(document.bytes))
        response.head.headerFields[.contentType] = "application/json"
        return response
    }

    private static var noSession: Response {
        answer(
            JSONRPCError.invalidRequest("send initialize first, and its Mcp-Session-Id with the rest.").response,
            .badRequest
        )
    }

    private static var unknownSession: Response {
        answer(JSONRPCError.invalidRequest("this session is over: send initialize again.").response, .notFound)
    }

    private static func isJSON(_ field: String?) -> Bool {
        guard let type = field?.split(separator: ";").first else { return false }
        return type.filter { $0 != " " }.lowercased() == "application/json"
    }

    /// Whether a media type is acceptable; weights are of no interest where there is no choice.
    private static func accepts(_ type: String, _ fields: HTTPFields) -> Bool {
        let range = type.prefix { $0 != "/" } + "/*"
        return fields[values: .accept].flatMap { $0.split(separator: ",") }.contains { item in
            let name = item.split(separator: ";").first.map { $0.filter { $0 != " " }.lowercased() } ?? ""
            return name == type || name == range || name == "*/*"
        }
    }
}
