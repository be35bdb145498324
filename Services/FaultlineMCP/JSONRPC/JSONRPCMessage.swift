/// What a client sends: JSON-RPC 2.0 as MCP narrows it. A message is one object: since 2025-06-18 the protocol has no
/// batches.
enum JSONRPCMessage: Sendable, Equatable {
    case request(RequestID, method: String, parameters: JSONValue?)
    case notification(method: String, parameters: JSONValue?)
    /// An answer to a request of the server, which sends none.
    case response

    /// Reads a message.
    ///
    /// - Throws: ``JSONRPCError`` with the id of the request, where one can be made out.
    init(_ bytes: some Sequence<UInt8>) throws(JSONRPCError) {
        guard let value = JSONValue(bytes) else { throw .noJSON }
        if case .array = value {
            throw .invalidRequest("this version of the protocol has no batches, so send one message at a time.")
        }
        guard case .object(let members) = value else { throw .invalidRequest("a message is an object.") }
        let id = RequestID(members["id"])
        guard members["jsonrpc"] == "2.0" else { throw .invalidRequest(#"jsonrpc must be "2.0"."#, id: id) }
        guard let named = members["method"] else {
            guard members["result"] != nil || members["error"] != nil else {
                throw .invalidRequest("there is no method.", id: id)
            }
            self = .response
            return
        }
        guard let method = named.text else { throw .invalidRequest("method must be a text.", id: id) }
        guard members["id"] != nil else {
            self = .notification(method: method, parameters: members["params"])
            return
        }
        guard let id else { throw .invalidRequest("id must be a text or a whole number.") }
        self = .request(id, method: method, parameters: members["params"])
    }
}
