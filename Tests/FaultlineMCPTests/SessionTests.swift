import Testing

@testable import FaultlineMCP

@Suite("A session", .timeLimit(.minutes(2)))
struct SessionTests {
    private func hello(_ version: String) -> String {
        MCPSession.hello.replacing("2025-11-25", with: version)
    }

    @Test(
        "speaks the version that the client asks for, and offers the latest to one that asks for another",
        arguments: [
            ("2025-11-25", "2025-11-25"), ("2025-06-18", "2025-06-18"), ("2024-11-05", "2025-11-25"),
            ("2099-01-01", "2025-11-25"), ("", "2025-11-25"),
        ]
    )
    func versions(asked: String, agreed: String) async throws {
        let session = MCPSession(server: .forTests())
        let result = try #require(await session.ask(hello(asked))?["result"])
        #expect(result["protocolVersion"] == .text(agreed))
        #expect(result["serverInfo"]?["name"] == "faultline-mcp")
        #expect(result["capabilities"]?.members?.keys.sorted() == ["prompts", "resources", "tools"])
    }

    @Test("takes nothing but ping before initialize, and initialize once")
    func order() async throws {
        let session = MCPSession(server: .forTests())
        #expect(await session.ask(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)?["error"]?["code"] == -32_600)
        #expect(await session.ask(#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#)?["result"] == [:])
        for parameters in ["{}", #"{"protocolVersion":"2025-11-25"}"#, #"{"protocolVersion":1,"capabilities":{}}"#] {
            let text = #"{"jsonrpc":"2.0","id":3,"method":"initialize","params":\#(parameters)}"#
            #expect(await session.ask(text)?["error"]?["code"] == -32_602)
        }
        #expect(await session.ask(MCPSession.hello)?["result"] != nil)
        #expect(await session.ask(MCPSession.hello)?["error"]?["code"] == -32_600)
        #expect(await session.ask(#"{"jsonrpc":"2.0","id":4,"method":"tools/list"}"#)?["result"] != nil)
    }

    @Test("lists tools, prompts and resources, and has one page of each")
    func lists() async throws {
        let session = await MCPSession.begun(.forTests())
        for (method, member, count) in [
            ("tools/list", "tools", 2), ("prompts/list", "prompts", 3), ("resources/list", "resources", 1),
            ("resources/templates/list", "resourceTemplates", 0),
        ] {
            let answer = await session.ask(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)"}"#)
            #expect(answer?["result"]?[member]?.elements?.count == count)
            let paged = await session.ask(
                #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{"cursor":"next"}}"#
            )
            #expect(paged?["error"]?["code"] == -32_602)
        }
    }

    @Test("gives prompts with their arguments, and refuses those that are not there")
    func prompts() async throws {
        let session = await MCPSession.begun(.forTests())
        func get(_ parameters: String) async -> JSONValue? {
            await session.ask(#"{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":\#(parameters)}"#)
        }
        for name in ["payment_errors", "anything_abnormal"] {
            let text = await get(#"{"name":"\#(name)","arguments":{"question":"q7"}}"#)?["result"]?["messages"]?
                .elements?.first?["content"]?["text"]?.text
            #expect(text?.contains("question q7") == true)
            #expect(text?.contains("never an order") == true)
        }
        #expect(await get(#"{"name":"errors_like"}"#)?["error"]?["code"] == -32_602)
        #expect(await get(#"{"name":"errors_like","arguments":{"text":1}}"#)?["error"]?["code"] == -32_602)
        #expect(await get(#"{"name":"errors_like","arguments":{"text":"NPE"}}"#)?["result"] != nil)
        #expect(await get(#"{"name":"no"}"#)?["error"]?["code"] == -32_602)
        #expect(await get("{}")?["error"]?["code"] == -32_602)
    }

    @Test("reads the resources that it lists and no others")
    func resources() async throws {
        let session = await MCPSession.begun(.forTests())
        func read(_ uri: String) async -> JSONValue? {
            await session.ask(#"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"\#(uri)"}}"#)
        }
        #expect(await read("test://one")?["result"]?["contents"]?.elements?.first?["text"] == "1")
        for uri in ["file:///etc/passwd", "test://one/../two", "faultline://labels", ""] {
            #expect(await read(uri)?["error"]?["code"] == -32_002)
        }
    }

    @Test("tells the model of a call that it can put right, and the client of one that it cannot")
    func refusals() async throws {
        let session = await MCPSession.begun(.forTests())
        func call(_ parameters: String) async -> JSONValue? {
            await session.ask(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":\#(parameters)}"#)
        }
        #expect(await call(#"{"name":"none"}"#)?["error"]?["code"] == -32_602)
        #expect(await call(#"{"arguments":{}}"#)?["error"]?["code"] == -32_602)
        #expect(await call(#"{"name":"echo","arguments":[]}"#)?["error"]?["code"] == -32_602)
        for arguments in [#"{}"#, #"{"text":1}"#, #"{"text":"x","other":1}"#] {
            let result = await call(#"{"name":"echo","arguments":\#(arguments)}"#)?["result"]
            #expect(result?["isError"] == true)
        }
        let right = await call(#"{"name":"echo","arguments":{"text":"x"}}"#)?["result"]
        #expect(right?["isError"] == false)
        #expect(right?["content"]?.elements?.first?["text"] == "x")
    }

    @Test("reports progress, which only grows, to a client that asks for it")
    func progress() async throws {
        let session = await MCPSession.begun(.forTests())
        let told = Notifications()
        let call = #""method":"tools/call","params":{"name":"echo","arguments":{"text":"x"}"#
        _ = await session.ask(#"{"jsonrpc":"2.0","id":1,\#(call),"_meta":{"progressToken":"p"}}}"#, told)
        let reports = await told.all
        #expect(reports.map { $0["method"] } == ["notifications/progress", "notifications/progress"])
        #expect(reports.map { $0["params"]?["progress"] } == [.number(1), .number(2)])
        #expect(reports.allSatisfy { $0["params"]?["progressToken"] == "p" && $0["id"] == nil })
        let silent = Notifications()
        _ = await session.ask(#"{"jsonrpc":"2.0","id":2,\#(call)}}"#, silent)
        #expect(await silent.all.isEmpty)
    }

    @Test("cancels a call, does not answer it, and takes its id again")
    func cancellation() async throws {
        let entered = Latch()
        let session = await MCPSession.begun(.forTests(entered: entered))
        let call = #"{"jsonrpc":"2.0","id":"w","method":"tools/call","params":{"name":"wait"}}"#
        async let answer = session.ask(call)
        await entered.wait()
        let again = await session.ask(call)
        #expect(again?["error"]?["code"] == -32_600)
        let cancel = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"w","reason":"x"}}"#
        #expect(await session.ask(cancel) == nil)
        #expect(await answer == nil)
        #expect(session.underWay == 0)
        let other =
            #"{"jsonrpc":"2.0","id":"w","method":"tools/call","params":{"name":"echo","arguments":{"text":"y"}}}"#
        #expect(await session.ask(other)?["result"] != nil)
    }

    @Test("answers 1,000 calls at once, each with its own")
    func many() async throws {
        let session = await MCPSession.begun(.forTests())
        let right = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<1_000 {
                group.addTask {
                    let call = #""name":"echo","arguments":{"text":"\#(number)"}"#
                    let text = #"{"jsonrpc":"2.0","id":\#(number),"method":"tools/call","params":{\#(call)}}"#
                    let answer = await session.ask(text)
                    return answer?["id"] == .whole(Int64(number))
                        && answer?["result"]?["content"]?.elements?.first?["text"] == .text("\(number)")
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(right == 1_000)
        #expect(session.underWay == 0)
    }
}
