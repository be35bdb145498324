import PromQL
import Testing

@Suite("The parser")
struct ParserTests {
    @Test("reads what the printer wrote as the same tree", arguments: ParserSamples.valid)
    func roundTrip(_ query: String) throws {
        let tree = try Parser().parse(query)
        #expect(try Parser().parse(tree.description).withoutPositions == tree.withoutPositions)
        #expect(try Parser().parse(tree.formatted()).withoutPositions == tree.withoutPositions)
        // What is written once does not change any more.
        #expect(try Parser().parse(tree.formatted()).formatted() == tree.formatted())
    }

    @Test("reads all queries of the tables as the same tree again")
    func roundTripOfTables() throws {
        for file in try ExpressionTable.files {
            for entry in try ExpressionTable.entries(of: file) {
                guard let tree = try? Parser().parse(entry.query) else { continue }
                #expect(try Parser().parse(tree.description).withoutPositions == tree.withoutPositions)
            }
        }
    }

    @Test(
        "writes queries as Prometheus does",
        arguments: [
            ("sum(x)by(a,b)", "sum by (a, b) (x)"),
            ("SUM WITHOUT () (x)", "sum without () (x)"),
            ("x{b='2',a=\"1\"}", #"x{a="1",b="2"}"#),
            ("x offset 5m @ 10", "x @ 10.000 offset 5m"),
            ("rate(x[90s]offset-1h)", "rate(x[1m30s] offset -1h)"),
            ("a+on(b)group_left c", "a + on (b) group_left () c"),
            ("a / ignoring () group_left () b", "a / ignoring () group_left () b"),
            ("--1", "1"), ("-1^2", "-1 ^ 2"), ("1e3", "1000"), ("0x1F", "31"), ("010", "8"), ("inf", "+Inf"),
            ("5m", "5m"), ("1s1ms", "1s1ms"), ("x[300]", "x[5m]"), ("'a\"b'", #""a\"b""#),
            (#"{"http.server.duration"}"#, #"{__name__="http.server.duration"}"#),
        ]
    )
    func printing(_ query: String, _ expected: String) throws {
        #expect(try Parser().parse(query).formatted() == expected)
    }

    @Test("splits what is longer than a line")
    func formatting() throws {
        let query = """
            topk by (job) (5, sum(rate(a_very_long_name_of_a_metric_total{job="some-job"}[5m])) by (job) / \
            on (job) group_left (team) another_long_name_of_a_metric)
            """
        #expect(
            try Parser().parse(query).formatted() == """
                topk by (job) (
                  5,
                    sum by (job) (rate(a_very_long_name_of_a_metric_total{job="some-job"}[5m]))
                  / on (job) group_left (team)
                    another_long_name_of_a_metric
                )
                """
        )
    }

    @Test(
        "says where a fault is, and what",
        arguments: [
            ("", "1:1: parse error: no expression found in input"),
            ("sum(", "1:5: parse error: unclosed left parenthesis"),
            ("(1))", "1:5: parse error: unexpected right parenthesis ')'"),
            ("foo{a=b}", #"1:7: parse error: unexpected identifier "b" in label matching, expected string"#),
            ("a +\n  b c", #"2:5: parse error: unexpected identifier "c""#),
            ("1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier"),
            ("{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"),
            (#"x{a=~"("}"#, "1:3: parse error: error parsing regexp: missing closing ): `(`"),
            (#"x{a=~"(?=b)"}"#, "1:3: parse error: error parsing regexp: invalid or unsupported Perl syntax: `(?=`"),
            (#"x{a=~"(a)\\1"}"#, #"1:3: parse error: error parsing regexp: invalid escape sequence: `\1`"#),
            ("mad_over_time(x[5m])", #"1:1: parse error: function "mad_over_time" is not enabled"#),
            ("x[5m] anchored", #"1:7: parse error: unexpected identifier "anchored""#),
        ]
    )
    func faults(_ query: String, _ expected: String) {
        #expect { try Parser().parse(query) } throws: { "\($0)" == expected }
    }

    @Test("refuses what is wrong", arguments: ParserSamples.invalid)
    func refusals(_ query: String) {
        #expect(throws: ParseError.self) { try Parser().parse(query) }
    }

    @Test("allows experimental functions where it is told to")
    func experimental() throws {
        let parser = Parser(allowsExperimentalFunctions: true)
        #expect(try parser.parse("limitk(1, mad_over_time(x[5m]))").description == "limitk(1, mad_over_time(x[5m]))")
    }

    @Test("reads selectors alone, also those that select everything")
    func selectors() throws {
        #expect(try Parser().parseSelector("{}").matchers.isEmpty)
        #expect(try Parser().parseSelector("up{job=\"api\"}").matchers.count == 2)
        #expect(throws: ParseError.self) { try Parser().parseSelector("up offset 5m") }
        #expect(throws: ParseError.self) { try Parser().parseSelector("rate(up[5m])") }
    }
}
