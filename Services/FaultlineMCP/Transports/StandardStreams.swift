/// MCP over standard input and output: one client, a message a line. Nothing else is written to standard output.
struct StandardStreams: Sendable {
    /// How many messages are worked on at once; further ones are not read meanwhile.
    static let mostUnderWay = 1_024
    /// How long calls that are under way may go on after the client has closed its side.
    static let grace: Duration = .seconds(20)

    let server: MCPServer
    var input = StandardInput()
    var output = StandardOutput()

    /// Serves until the client closes its side.
    func run() async {
        let session = MCPSession(server: server)
        let turns = Turns(Self.mostUnderWay)
        let output = output
        var alarm: Task<Void, any Error>?
        await withDiscardingTaskGroup { group in
            while let line = await input.next(), (try? await turns.enter()) != nil {
                let reply: MCPSession.Reply
                switch line {
                case .message(let bytes): reply = session.accept(bytes) { await output.send($0) }
                case .tooLong: reply = .now(JSONRPCError.invalidRequest("the message is too long.").response)
                }
                switch reply {
                case .nothing: turns.leave()
                case .now(let answer):
                    await output.send(answer)
                    turns.leave()
                case .later(let task):
                    group.addTask {
                        if let answer = await task.value { await output.send(answer) }
                        turns.leave()
                    }
                }
            }
            alarm = Task {
                try await Task.sleep(for: Self.grace)
                session.cancelAll()
            }
        }
        alarm?.cancel()
    }
}
