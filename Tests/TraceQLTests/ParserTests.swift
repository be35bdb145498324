import SeededRandom
import Testing
import TraceQL

@Suite("TraceQL's parser")
struct ParserTests {
    @Test("reads what it supports, and prints what it reads as the same", arguments: ExpressionTable.accepted.indices)
    func accepted(_ index: Int) throws {
        let (query, printed) = ExpressionTable.accepted[index]
        let tree = try TraceQuery(parsing: query)
        #expect(tree.description == printed)
        #expect(try TraceQuery(parsing: printed) == tree)
    }

    @Test("refuses the rest, and says what of it", arguments: ExpressionTable.refused.indices)
    func refused(_ index: Int) {
        let (query, message) = ExpressionTable.refused[index]
        let error = #expect(throws: TraceQLError.self, "\(query)") { try TraceQuery(parsing: query) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains(message) && text.hasPrefix("parse error at col "), "\(query): \(text)")
    }

    @Test("reads any tree that it prints as the same tree")
    func roundTrip() throws {
        for seed in 0..<2_000 {
            var trees = RandomTrees(seed: UInt64(seed))
            let tree = trees.query()
            #expect(try TraceQuery(parsing: tree.description) == tree, "\(tree)")
        }
    }

    @Test("ends with an answer for any piece of a query and any change of one byte")
    func damage() {
        for (query, _) in ExpressionTable.accepted {
            let bytes = Array(query.utf8)
            for index in bytes.indices {
                _ = try? TraceQuery(parsing: String(decoding: bytes[..<index], as: UTF8.self))
                for octet in "{}()\"|&!~<>.=-0a\\`".utf8 {
                    var changed = bytes
                    changed[index] = octet
                    guard let tree = try? TraceQuery(parsing: String(decoding: changed, as: UTF8.self)) else {
                        continue
                    }
                    #expect((try? TraceQuery(parsing: tree.description)) == tree, "\(tree)")
                }
            }
        }
    }

    @Test("refuses what is too deep or too long")
    func bounds() {
        for query in [
            String(repeating: "(", count: 10_000), "{" + String(repeating: "(", count: 10_000),
            "{" + String(repeating: "!", count: 10_000) + "true}",
        ] {
            let error = #expect(throws: TraceQLError.self) { try TraceQuery(parsing: query) }
            #expect(error?.message.contains("nested deeper") == true)
        }
        for query in [
            "{true" + String(repeating: "&&true", count: 4_000) + "}", "{}" + String(repeating: "&&{}", count: 4_000),
        ] {
            let error = #expect(throws: TraceQLError.self) { try TraceQuery(parsing: query) }
            #expect(error?.message.contains("terms") == true)
        }
        let long = "{" + String(repeating: " ", count: TraceQuery.mostBytes) + "}"
        #expect(throws: TraceQLError.self) { try TraceQuery(parsing: long) }
    }

    @Test("reads the names of fields alone")
    func fields() throws {
        #expect(try Field(parsing: "resource.service.name") == .attribute(.resource, "service.name"))
        #expect(try Field(parsing: "span:name") == .intrinsic(.name))
        #expect(try Field(parsing: ".a/b") == .attribute(.any, "a/b"))
        #expect(throws: TraceQLError.self) { try Field(parsing: "a b") }
    }
}
