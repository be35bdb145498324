/// A text that begins a dialogue (MCP, *Prompts*).
struct Prompt: Sendable {
    struct Argument: Sendable {
        let name: String
        let description: String
        let isRequired: Bool
    }

    let name: String
    let title: String
    let description: String
    let arguments: [Argument]
    /// The text, with the arguments filled in.
    let text: @Sendable ([String: String]) -> String

    /// As `prompts/list` has it.
    var document: JSONValue {
        [
            "name": .text(name), "title": .text(title), "description": .text(description),
            "arguments": .array(
                arguments.map { argument in
                    [
                        "name": .text(argument.name), "description": .text(argument.description),
                        "required": .truth(argument.isRequired),
                    ]
                }
            ),
        ]
    }
}
