import LogQL
import PromQL
import Testing

@Suite("LogQL's parser")
struct ParserTests {
    private let parser = LogQLParser()

    @Test("reads the queries of the table, and writes them as it says")
    func accepted() throws {
        let entries = try QueryTable.entries(of: "accepted.txt", mark: "= ")
        #expect(entries.count > 80)
        for entry in entries {
            do {
                let tree = try parser.parse(entry.query)
                #expect(entry.answers == [tree.description])
                #expect(try parser.parse(tree.description) == tree, "\(tree)")
                let formatted = tree.formatted()
                #expect(try parser.parse(formatted) == tree, "\(formatted)")
                // What is written once does not change any more.
                #expect(try parser.parse(formatted).formatted() == formatted)
            } catch {
                Issue.record("\(entry.query): \(error)")
            }
        }
    }

    @Test("refuses the queries of the table, and says why")
    func refused() throws {
        let entries = try QueryTable.entries(of: "refused.txt", mark: "! ")
        #expect(entries.count > 80)
        for entry in entries {
            do {
                let tree = try parser.parse(entry.query)
                Issue.record("\(entry.query) was read as \(tree)")
            } catch {
                #expect(entry.answers.count == 1)
                #expect(entry.answers.allSatisfy { "\(error)".contains($0) }, "\(entry.query): \(error)")
            }
        }
    }

    @Test("says where a fault is")
    func positions() {
        #expect { try parser.parse("{a=\"b\"}\n  |= 5") } throws: {
            ($0 as? LogQLParseError)?.line == 2 && ($0 as? LogQLParseError)?.column == 6
        }
    }

    @Test("reads selectors alone, also those that select everything")
    func matchers() throws {
        #expect(try parser.parseMatchers("{}").isEmpty)
        #expect(try parser.parseMatchers("{a=\"b\", c=~\"d\"}").map(\.name) == ["a", "c"])
        #expect(throws: LogQLParseError.self) { try parser.parseMatchers("{a=\"b\"} |= \"c\"") }
        #expect(throws: LogQLParseError.self) { try parser.parseMatchers("rate({a=\"b\"}[5m])") }
    }

    @Test("splits what is longer than a line")
    func formatting() throws {
        let query = """
            topk(5, sum by (path) (rate({service_name="sample-ecommerce-app"} |= "refused" | json | status >= 500 \
            | line_format "{{.method}} {{.path}}" [5m]))) / 2
            """
        #expect(
            try parser.parse(query).formatted() == """
                  topk(
                    5,
                    sum by (path) (
                      rate(
                        {service_name="sample-ecommerce-app"}
                          |= "refused"
                          | json
                          | status >= 500
                          | line_format "{{.method}} {{.path}}"
                        [5m]
                      )
                    )
                  )
                /
                  2
                """
        )
    }

    @Test(
        "refuses what nests too deeply",
        arguments: [
            String(repeating: "(", count: 10_000),
            String(repeating: "(", count: 10_000) + "1" + String(repeating: ")", count: 10_000),
            "1" + String(repeating: " + 1", count: 10_000),
            "1" + String(repeating: " ^ 1", count: 10_000),
            String(repeating: "sum(", count: 10_000),
            "{a=\"b\"} | " + String(repeating: "(", count: 10_000),
            "{a=\"b\"} | x=\"1\"" + String(repeating: " and x=\"1\"", count: 10_000),
            "{a=\"b\"} | x=\"1\"" + String(repeating: " or x=\"1\"", count: 10_000),
            "rate(" + String(repeating: "(", count: 10_000),
        ]
    )
    func nesting(_ query: String) {
        #expect { try parser.parse(query) } throws: { "\($0)".contains("nests too deeply") }
    }

    @Test("reads templates that nest too deeply as faults")
    func templates() {
        for part in ["{{ if .x }}", "{{ else if .x }}"] {
            let text = "{{ if .x }}" + String(repeating: part, count: 10_000)
            #expect { try LineTemplate(text) } throws: { "\($0)".contains("nests too deeply") }
        }
        let text = "{{ " + String(repeating: "(", count: 10_000) + " }}"
        #expect { try LineTemplate(text) } throws: { "\($0)".contains("nests too deeply") }
    }
}
