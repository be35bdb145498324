/// An error as JSON-RPC 2.0 answers it (section 5.1).
struct JSONRPCError: Error, Sendable, Equatable {
    let code: Int64
    /// One sentence.
    let message: String
    /// The request that it answers; `nil` when that could not be made out.
    var id: RequestID?

    /// What came is no JSON.
    static let noJSON = JSONRPCError(code: -32_700, message: "Parse error: this is no JSON document.")

    /// What came is JSON and no message.
    static func invalidRequest(_ message: String, id: RequestID? = nil) -> JSONRPCError {
        JSONRPCError(code: -32_600, message: "Invalid request: \(message)", id: id)
    }

    /// Nobody knows this method.
    static func unknownMethod(_ name: String) -> JSONRPCError {
        JSONRPCError(code: -32_601, message: "Method not found: \(name.prefix(100))")
    }

    /// The method is known, and cannot do anything with these parameters.
    static func invalidParameters(_ message: String) -> JSONRPCError {
        JSONRPCError(code: -32_602, message: "Invalid params: \(message)")
    }

    /// A resource that is not there (MCP, *Resources*, Error handling).
    static func unknownResource(_ uri: String) -> JSONRPCError {
        JSONRPCError(code: -32_002, message: "Resource not found: \(uri.prefix(200))")
    }

    /// What went wrong is not the client's doing.
    static func internalError(_ message: String) -> JSONRPCError {
        JSONRPCError(code: -32_603, message: "Internal error: \(message)")
    }

    /// The message that says so.
    var response: JSONValue {
        [
            "jsonrpc": "2.0", "id": id?.value ?? .null,
            "error": ["code": .whole(code), "message": .text(message)],
        ]
    }
}
