/// What is on offer, the same for every client.
struct MCPServer: Sendable {
    let version: String
    /// Told to the model when a session begins.
    let instructions: String
    let tools: [Tool]
    let prompts: [Prompt]
    let resources: [Resource]

    /// The answer to `initialize`.
    func greeting(_ version: ProtocolVersion) -> JSONValue {
        [
            "protocolVersion": .text(version.rawValue),
            "capabilities": ["tools": [:], "prompts": [:], "resources": [:]],
            "serverInfo": [
                "name": "faultline-mcp", "title": "Faultline: find the cause", "version": .text(self.version),
            ],
            "instructions": .text(instructions),
        ]
    }

    /// The answer to a request that is no `initialize`.
    ///
    /// - Throws: ``JSONRPCError`` for what the protocol has no answer to; `CancellationError`.
    func answer(_ method: String, _ parameters: [String: JSONValue], _ progress: Progress) async throws -> JSONValue {
        switch method {
        case "ping": return [:]
        case "tools/list": return ["tools": .array(try page(tools.map(\.document), parameters))]
        case "prompts/list": return ["prompts": .array(try page(prompts.map(\.document), parameters))]
        case "resources/list": return ["resources": .array(try page(resources.map(\.document), parameters))]
        case "resources/templates/list": return ["resourceTemplates": .array(try page([], parameters))]
        case "tools/call": return try await call(parameters, progress)
        case "prompts/get": return try prompt(parameters)
        case "resources/read": return try await read(parameters)
        default: throw JSONRPCError.unknownMethod(method)
        }
    }

    /// Everything fits one page, so no cursor was ever given out.
    private func page(
        _ documents: [JSONValue],
        _ parameters: [String: JSONValue]
    ) throws(JSONRPCError) -> [JSONValue] {
        guard parameters["cursor"] == nil else { throw .invalidParameters("there is no such cursor.") }
        return documents
    }

    private func call(_ parameters: [String: JSONValue], _ progress: Progress) async throws -> JSONValue {
        guard let name = parameters["name"]?.text else { throw JSONRPCError.invalidParameters("name is missing.") }
        guard let tool = tools.first(where: { $0.name == name }) else {
            throw JSONRPCError.invalidParameters("unknown tool: \(name.prefix(100))")
        }
        let arguments: [String: JSONValue]
        switch parameters["arguments"] {
        case nil: arguments = [:]
        case .object(let members): arguments = members
        default: throw JSONRPCError.invalidParameters("arguments must be an object.")
        }
        do {
            let known = tool.input["properties"]?.members ?? [:]
            if let foreign = arguments.keys.sorted().first(where: { known[$0] == nil }) {
                let names = known.keys.sorted().joined(separator: ", ")
                throw ToolRefusal(
                    "\(foreign.prefix(100)) is no argument of \(name)\(names.isEmpty ? "" : ", which has \(names)")."
                )
            }
            return try await tool.call(ToolArguments(members: arguments), progress).document
        } catch let refusal as ToolRefusal {
            return ToolResult(text: refusal.description, isError: true).document
        }
    }

    private func prompt(_ parameters: [String: JSONValue]) throws(JSONRPCError) -> JSONValue {
        guard let name = parameters["name"]?.text else { throw .invalidParameters("name is missing.") }
        guard let prompt = prompts.first(where: { $0.name == name }) else {
            throw .invalidParameters("unknown prompt: \(name.prefix(100))")
        }
        var given: [String: String] = [:]
        for (argument, value) in parameters["arguments"]?.members ?? [:] {
            guard let text = value.text else { throw .invalidParameters("\(argument.prefix(100)) must be a text.") }
            given[argument] = text
        }
        for argument in prompt.arguments where argument.isRequired && given[argument.name] == nil {
            throw .invalidParameters("\(argument.name) is missing.")
        }
        return [
            "description": .text(prompt.description),
            "messages": [["role": "user", "content": ["type": "text", "text": .text(prompt.text(given))]]],
        ]
    }

    private func read(_ parameters: [String: JSONValue]) async throws -> JSONValue {
        guard let uri = parameters["uri"]?.text else { throw JSONRPCError.invalidParameters("uri is missing.") }
        guard let resource = resources.first(where: { $0.uri == uri }) else { throw JSONRPCError.unknownResource(uri) }
        let text: String
        do {
            text = try await resource.read()
        } catch let refusal as ToolRefusal {
            throw JSONRPCError.internalError(refusal.description)
        }
        return ["contents": [["uri": .text(uri), "mimeType": .text(resource.mediaType), "text": .text(text)]]]
    }
}
