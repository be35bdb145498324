import Synchronization

/// One client, from `initialize` on: which requests it may send, and which of them are under way.
///
/// Messages are accepted in the order in which they came, and answered as each is done.
final class MCPSession: Sendable {
    /// What becomes of a message.
    enum Reply: Sendable {
        /// Nothing is sent.
        case nothing
        /// The answer is there.
        case now(JSONValue)
        /// The answer comes when the work is done; `nil` when it was cancelled, which is not answered.
        case later(Task<JSONValue?, Never>)
    }

    private struct State {
        var version: ProtocolVersion?
        var underWay: [RequestID: Work] = [:]
        var count = 0
    }

    /// A request at work. A client may use an id again once it has cancelled a request, so the number tells them apart.
    private struct Work {
        let number: Int
        let task: Task<JSONValue?, Never>
    }

    private let server: MCPServer
    private let state = Mutex(State())

    init(server: MCPServer) {
        self.server = server
    }

    /// The version that was agreed upon; `nil` before that.
    var version: ProtocolVersion? { state.withLock(\.version) }

    /// How many requests are under way.
    var underWay: Int { state.withLock { $0.underWay.count } }

    /// Takes a message as it came.
    ///
    /// - Parameter notify: Sends a notification that belongs to the message.
    func accept(_ bytes: some Sequence<UInt8>, notify: @escaping @Sendable (JSONValue) async -> Void) -> Reply {
        do throws(JSONRPCError) {
            return accept(try JSONRPCMessage(bytes), notify: notify)
        } catch {
            return .now(error.response)
        }
    }

    /// Takes a message.
    func accept(_ message: JSONRPCMessage, notify: @escaping @Sendable (JSONValue) async -> Void) -> Reply {
        switch message {
        case .response: return .nothing
        case .notification(let method, let parameters):
            if method == "notifications/cancelled", let id = RequestID(parameters?["requestId"]) { cancel(id) }
            // Notifications are never answered, those that nobody knows neither.
            return .nothing
        case .request(let id, let method, let parameters):
            do throws(JSONRPCError) {
                return try accept(id, method, parameters, notify)
            } catch {
                return .now(JSONRPCError(code: error.code, message: error.message, id: id).response)
            }
        }
    }

    /// Ends everything that is under way.
    func cancelAll() {
        let tasks = state.withLock { state in
            defer { state.underWay.removeAll() }
            return state.underWay.values.map(\.task)
        }
        tasks.forEach { $0.cancel() }
    }

    private func accept(
        _ id: RequestID,
        _ method: String,
        _ given: JSONValue?,
        _ notify: @escaping @Sendable (JSONValue) async -> Void
    ) throws(JSONRPCError) -> Reply {
        let parameters: [String: JSONValue]
        switch given {
        case nil: parameters = [:]
        case .object(let members): parameters = members
        default: throw .invalidParameters("params must be an object.")
        }
        if method == "initialize" { return .now(Self.response(id, try initialize(parameters))) }
        guard version != nil || method == "ping" else { throw .invalidRequest("send initialize first.") }
        let progress = Self.progress(parameters, notify)
        let server = server
        return try state.withLock { state throws(JSONRPCError) in
            guard state.underWay[id] == nil else { throw .invalidRequest("a request with this id is under way.") }
            state.count += 1
            let number = state.count
            let task = Task { () -> JSONValue? in
                let answer = await Self.answer(server, id, method, parameters, progress)
                self.state.withLock { if $0.underWay[id]?.number == number { $0.underWay[id] = nil } }
                return Task.isCancelled ? nil : answer
            }
            state.underWay[id] = Work(number: number, task: task)
            return .later(task)
        }
    }

    private func initialize(_ parameters: [String: JSONValue]) throws(JSONRPCError) -> JSONValue {
        guard let asked = parameters["protocolVersion"]?.text else {
            throw .invalidParameters("protocolVersion is missing.")
        }
        guard parameters["capabilities"]?.members != nil, parameters["clientInfo"]?["name"]?.text != nil else {
            throw .invalidParameters("capabilities and clientInfo, with its name, must be there.")
        }
        let version = ProtocolVersion.negotiated(asked)
        let isFirst = state.withLock { state in
            defer { state.version = state.version ?? version }
            return state.version == nil
        }
        guard isFirst else { throw .invalidRequest("this session has begun already.") }
        return server.greeting(version)
    }

    private func cancel(_ id: RequestID) {
        let work = state.withLock { $0.underWay.removeValue(forKey: id) }
        work?.task.cancel()
    }

    private static func answer(
        _ server: MCPServer,
        _ id: RequestID,
        _ method: String,
        _ parameters: [String: JSONValue],
        _ progress: Progress
    ) async -> JSONValue {
        do {
            return response(id, try await server.answer(method, parameters, progress))
        } catch let error as JSONRPCError {
            return JSONRPCError(code: error.code, message: error.message, id: id).response
        } catch {
            // What a client reads has no detail of what it cannot change.
            return JSONRPCError(code: -32_603, message: "Internal error", id: id).response
        }
    }

    private static func response(_ id: RequestID, _ result: JSONValue) -> JSONValue {
        ["jsonrpc": "2.0", "id": id.value, "result": result]
    }

    private static func progress(
        _ parameters: [String: JSONValue],
        _ notify: @escaping @Sendable (JSONValue) async -> Void
    ) -> Progress {
        guard let token = RequestID(parameters["_meta"]?["progressToken"]) else { return .none }
        return Progress { done, total, message in
            var members: [String: JSONValue] = [
                "progressToken": token.value, "progress": .number(done), "message": .text(message),
            ]
            if let total { members["total"] = .number(total) }
            await notify(["jsonrpc": "2.0", "method": "notifications/progress", "params": .object(members)])
        }
    }
}
