@testable import FaultlineMCP

/// Holds whoever waits until it is opened.
final class Latch: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func open() { continuation.finish() }

    /// Waits; a cancelled task waits no longer.
    func wait() async { for await _ in stream {} }
}

/// Collects what a session sends beside its answers.
actor Notifications {
    private(set) var all: [JSONValue] = []

    func add(_ notification: JSONValue) { all.append(notification) }
}

extension MCPServer {
    /// A server with tools for tests: one that gives back what it gets, one that waits for a latch.
    static func forTests(holding latch: Latch = Latch(), entered: Latch = Latch()) -> MCPServer {
        let echo = Tool(
            name: "echo",
            title: "Echo",
            description: "Gives back a text.",
            input: ["type": "object", "properties": ["text": ["type": "string"]], "required": ["text"]],
            isReadOnly: true
        ) { arguments, progress in
            await progress.report(1, 2, "Half of it.")
            await progress.report(2, 2, "All of it.")
            return ToolResult(text: try arguments.text("text"))
        }
        let wait = Tool(
            name: "wait",
            title: "Wait",
            description: "Waits until it is told not to.",
            input: ["type": "object", "properties": [:]],
            isReadOnly: true
        ) { _, _ in
            entered.open()
            await latch.wait()
            try Task.checkCancellation()
            return ToolResult(text: "waited")
        }
        return MCPServer(
            version: "test",
            instructions: "",
            tools: [echo, wait],
            prompts: ScenarioPrompts.all,
            resources: [
                Resource(uri: "test://one", name: "one", title: "One", description: "", mediaType: "text/plain") { "1" }
            ]
        )
    }
}

extension MCPSession {
    /// Sends a message and waits for its answer.
    func ask(_ text: String, _ notifications: Notifications = Notifications()) async -> JSONValue? {
        switch accept(Array(text.utf8), notify: { await notifications.add($0) }) {
        case .nothing: nil
        case .now(let answer): answer
        case .later(let task): await task.value
        }
    }

    static let hello = """
        {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},\
        "clientInfo":{"name":"test","version":"1"}}}
        """

    /// A session that has begun.
    static func begun(_ server: MCPServer) async -> MCPSession {
        let session = MCPSession(server: server)
        _ = await session.ask(hello)
        _ = await session.ask(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
        return session
    }
}
