import LogQL
import PromQL
import Testing

@Suite("LogQL's stages")
struct StageTests {
    private func line(_ text: String, _ stages: String, metadata: [Label] = []) async throws -> LogLine? {
        let entry = LogEntry(timestamp: 0, line: text, stream: ["service_name": "s"], metadata: metadata)
        guard case .log(let selector) = try LogQLParser().parse("{service_name=\"s\"} \(stages)") else { return nil }
        return try await LogQLEngine().lines(
            selector,
            from: 0,
            to: 1,
            direction: .forward,
            limit: 1,
            over: InMemoryLogSource(entries: [entry])
        ).first
    }

    private func label(_ name: String, of text: String, _ stages: String) async throws -> String? {
        try await line(text, stages)?.labels.first { $0.name == name }?.value
    }

    @Test(
        "json reads what is JSON",
        arguments: [
            (#"{"x":"a\nbé😀\/\"\\"}"#, "a\nbé😀/\"\\"),
            (#"{"x":"\ud83d"}"#, "\u{FFFD}"), (#"{"x":-1.5e+3}"#, "-1.5e+3"), (#"{"x":true,"y":null}"#, "true"),
            (#" { "a" : [ 1, {"b":[]} ] , "x" : "1" } "#, "1"), (#"{"x":""}"#, ""),
        ]
    )
    func json(_ text: String, _ expected: String) async throws {
        #expect(try await label("x", of: text, "| json") == expected)
        #expect(try await label("__error__", of: text, "| json") == nil)
        #expect(try await label("x", of: text, "| json x=\"x\"") == expected)
    }

    @Test("json flattens objects, and makes names of keys")
    func flattening() async throws {
        let text = #"{"a":{"b-c":{"d":1},"2":2},"9x":3," y z ":4,"é":5,"service_name":"o","list":[1],"n":null}"#
        let labels = try #require(try await line(text, "| json")).labels
        let parsed = labels.filter { $0.origin == .parsed }.map { "\($0.name)=\($0.value)" }
        #expect(parsed == ["_=5", "_9x=3", "a_2=2", "a_b_c_d=1", "service_name_extracted=o", "y_z=4"])
    }

    @Test(
        "json says what is none",
        arguments: [
            "", "x", "[1]", "\"x\"", "{", #"{"x""#, #"{"x":}"#, #"{"x":1"#, #"{"x":1}}"#, #"{"x":tru}"#, #"{"x":"\q"}"#,
            #"{"x":1,}"#, #"{"x":+1}"#, #"{"x":"abc"#, #"{"x":01a}"#, #"{1:2}"#,
        ]
    )
    func noJSON(_ text: String) async throws {
        #expect(try await label("__error__", of: text, "| json") == "JSONParserErr")
    }

    @Test("json gives up on what nests beyond all sense")
    func nesting() async throws {
        let open = String(repeating: "{\"a\":", count: 5_000)
        #expect(try await label("__error__", of: open + "1" + String(repeating: "}", count: 5_000), "| json") != nil)
        let list = "{\"a\":" + String(repeating: "[", count: 100_000)
        #expect(try await label("__error__", of: list, "| json") == "JSONParserErr")
        #expect(try await label("__error__", of: list, "| json x=\"a\"") == "JSONParserErr")
        #expect(
            try await line(list, "| line_format `{{fromJson __line__}}`")?.labels.first?.value == "TemplateFormatErr"
        )
    }

    @Test(
        "addresses are read as such",
        arguments: [
            ("10.1.2.3", "10.0.0.0/8", true), ("11.1.2.3", "10.0.0.0/8", false), ("::1", "::1", true),
            ("2001:db8::5", "2001:db8::/32", true), ("2001:db9::5", "2001:db8::/32", false),
            ("from 10.0.0.1:8080 to", "10.0.0.1", true), ("at 10.0.0.1.", "10.0.0.1", true),
            ("v10.0.0.1", "10.0.0.1", false), ("10.0.0.10", "10.0.0.1", false), ("10.0.0.1x", "10.0.0.1", false),
            ("[::ffff:10.0.0.1]", "::ffff:10.0.0.1", true), ("0.0.0.0", "0.0.0.0/0", true), ("::", "0.0.0.0/0", false),
            ("192.168.0.77", "192.168.0.70-192.168.0.80", true), ("192.168.0.81", "192.168.0.70-192.168.0.80", false),
            ("255.255.255.255", "255.255.255.255/32", true), ("256.1.1.1", "0.0.0.0/0", false),
            ("", "0.0.0.0/0", false),
            ("1.2.3", "0.0.0.0/0", false), ("1.2.3.4.5", "0.0.0.0/0", false), ("fe80::1%eth0", "fe80::/10", true),
        ]
    )
    func addresses(_ text: String, _ range: String, _ isThere: Bool) async throws {
        #expect((try await line(text, "|= ip(\"\(range)\")") != nil) == isThere)
        #expect((try await line(text, "!= ip(\"\(range)\")") != nil) == !isThere)
    }

    @Test(
        "texts are found wherever they stand",
        arguments: [
            ("abcabcabd", "abd", true), ("abcabcabd", "abe", false), ("aaa", "aaaa", false), ("é", "\u{A9}", false),
            (String(repeating: "ab", count: 500) + "c", String(repeating: "ab", count: 100) + "c", true),
            (String(repeating: "ab", count: 500), String(repeating: "ab", count: 100) + "c", false),
            (String(repeating: "a", count: 300), String(repeating: "a", count: 300), true),
        ]
    )
    func search(_ text: String, _ part: String, _ isThere: Bool) async throws {
        #expect((try await line(text, "|= `\(part)`") != nil) == isThere)
    }

    @Test(
        "patterns fit or do not",
        arguments: [
            ("a b c", "a <_> c", true), ("a b c", "<_> b <_>", true), ("a b c", "a", false), ("a b c", "<_>", true),
            ("", "<_>", false), ("", "", true), ("a", "", false), ("a b c", "<_>c", true), ("a b c", "c", false),
            ("ac", "a<_>c", false), ("a b c d", "a <_> c", false),
        ]
    )
    func patterns(_ text: String, _ pattern: String, _ fits: Bool) async throws {
        #expect((try await line(text, "|> `\(pattern)`") != nil) == fits)
        #expect((try await line(text, "!> `\(pattern)`") != nil) == !fits)
    }

    @Test(
        "quantities are read as Go reads them",
        arguments: [
            ("5", "x == 5", true), ("5.0", "x == 5", true), ("1e3", "x == 1000", true), ("-3", "x < 0", true),
            ("Inf", "x > 1e300", true), ("0x10", "x == 16", false), ("", "x == 0", false),
            ("1_000", "x == 1000", false),
            ("1m30s", "x == 90s", true), ("-1s", "x < 0s", true), ("1d", "x == 24h", false), ("1.5h", "x == 90m", true),
            ("100", "x == 100ns", false), ("0", "x == 0s", true), ("5µs", "x == 5us", true),
            ("1KB", "x == 1000B", true), ("1KiB", "x == 1024B", true), ("1,024", "x == 1024B", true),
            ("1.5 MB", "x == 1500KB", true), ("7", "x == 7B", true), ("1XB", "x == 1B", false),
        ]
    )
    func quantities(_ value: String, _ condition: String, _ holds: Bool) async throws {
        let escaped = value.replacing("\"", with: "\\\"")
        let found = try await line("x=\"\(escaped)\"", "| logfmt | \(condition) | __error__=\"\"")
        #expect((found != nil) == holds, "\(value) \(condition)")
    }

    @Test("labels say where they come from")
    func origins() async throws {
        let line = try #require(
            try await line(
                "level=info trace_id=x",
                "| logfmt | label_format where=service_name, why=\"{{.trace_id}}\"",
                metadata: [Label(name: "trace_id", value: "t")]
            )
        )
        #expect(
            line.labels.map { "\($0.name)=\($0.value) \($0.origin)" } == [
                "level=info parsed", "trace_id=t metadata", "trace_id_extracted=x parsed", "where=s stream",
                "why=t parsed",
            ]
        )
    }

    @Test(
        "templates cannot keep a thread busy",
        arguments: [
            "{{ repeat 1048577 \"a\" }}", "{{ repeat 1000000 \"aa\" }}", "{{ printf \"%1001d\" 1 }}",
            "{{ alignLeft 2000000 \"a\" }}", "{{ nindent 1000000 __line__ }}",
            "{{ replace \"a\" (repeat 1000 \"b\") (repeat 100000 \"a\") }}",
            "{{ regexReplaceAll \"a.*b|a\" (repeat 1000000 \"a\") \"x\" }}",
            "{{ regexReplaceAll \"\" (repeat 100000 \"a\") (repeat 100 \"b\") }}",
            "{{ range $i, $x := fromJson __line__ }}{{ range fromJson __line__ }}{{ range fromJson __line__ }}x{{ end }}"
                + "{{ end }}{{ end }}",
        ]
    )
    func hostileTemplates(_ template: String) async throws {
        let text = "[" + (0..<50).map { "\($0)" }.joined(separator: ",") + "]"
        let lines = text + String(repeating: "\n", count: 10)
        #expect(try await label("__error__", of: lines, "| line_format `\(template)`") == "TemplateFormatErr")
    }

    @Test("lines beyond all sense are refused as a whole")
    func size() async throws {
        let entry = LogEntry(timestamp: 0, line: String(repeating: "x", count: 1000), stream: ["service_name": "s"])
        let engine = LogQLEngine(limits: LogQLLimits(lineBytes: 2500))
        let source = InMemoryLogSource(entries: Array(repeating: entry, count: 5))
        let selector = LogSelector(matchers: [try LabelMatcher("service_name", .equal, "s")])
        await #expect {
            try await engine.lines(selector, from: 0, to: 1, direction: .forward, limit: 5, over: source)
        } throws: { ($0 as? LogQLError)?.kind == .limit }
        #expect(
            try await engine.lines(selector, from: 0, to: 1, direction: .forward, limit: 2, over: source).count == 2
        )
    }

    @Test(
        "series and values beyond the limits are refused",
        arguments: [
            "count_over_time({service_name=\"s\"} | logfmt [1h])",
            "max_over_time({service_name=\"s\"} | logfmt | unwrap v [1h])",
            "sum(count_over_time({service_name=\"s\"} | logfmt [1h]))",
            "topk(1, rate({service_name=\"s\"} | logfmt [1h]))",
        ]
    )
    func limits(_ query: String) async throws {
        let entries = (0..<100).map {
            LogEntry(timestamp: Int64($0) * 1_000_000_000, line: "v=1 id=\($0)", stream: ["service_name": "s"])
        }
        guard case .metric(let expression) = try LogQLParser().parse(query) else { return }
        let source = InMemoryLogSource(entries: entries)
        for limits in [LogQLLimits(samples: 50), LogQLLimits(series: 50), LogQLLimits(resultSeries: 50)] {
            let engine = LogQLEngine(limits: limits)
            do {
                let result = try await engine.evaluate(expression, at: 200_000_000_000, over: source)
                guard case .vector(let samples, _) = result.value else { continue }
                // What is added up needs one place only.
                #expect(samples.count == 1, "\(query) \(limits)")
            } catch let error as LogQLError {
                #expect(error.kind == .limit)
            } catch let error as EvaluationError {
                #expect(error.kind == .limit)
            }
        }
    }
}
