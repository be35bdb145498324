import FoundationEssentials
import HTTPCore
import Testing

@testable import ServiceKit

/// A document with one member of each kind.
private struct Sheet: Codable, Equatable {
    var count: Int
    var isOpen: Bool
    var lines: [Line]
    var title: String

    struct Line: Codable, Equatable {
        var name: String
        var price: Money
    }
}

extension Sheet: JSONWritable, JSONReadable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("count", count)
            json.member("isOpen", isOpen)
            json.member("lines", lines)
            json.member("title", title)
        }
    }

    init?(reading json: inout JSONReader) {
        var count: Int?
        var isOpen: Bool?
        var lines: [Line]?
        var title: String?
        let isRead = json.object { name, json in
            switch name {
            case "count": json.read(&count)
            case "isOpen": json.read(&isOpen)
            case "lines": json.read(&lines)
            case "title": json.read(&title)
            default: json.skip()
            }
        }
        guard isRead, let count, let isOpen, let lines, let title else { return nil }
        self.init(count: count, isOpen: isOpen, lines: lines, title: title)
    }
}

extension Sheet.Line: JSONWritable, JSONReadable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("price", price)
        }
    }

    init?(reading json: inout JSONReader) {
        var name: String?
        var price: Money?
        let isRead = json.object { member, json in
            switch member {
            case "name": json.read(&name)
            case "price": json.read(&price)
            default: json.skip()
            }
        }
        guard isRead, let name, let price else { return nil }
        self.init(name: name, price: price)
    }
}

@Suite("JSON that values write and read themselves")
struct JSONTests {
    private static let full = Sheet(
        count: -42,
        isOpen: true,
        lines: [
            Sheet.Line(name: "Tea \"Earl\" / \\ caf\u{E9} \u{1F375}\n", price: Money(1999, .eur)),
            Sheet.Line(name: "", price: .zero(.usd)),
        ],
        title: "line\u{1}break\ttab\r"
    )

    private static func general(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test(
        "writes what the general encoder writes",
        arguments: [full, Sheet(count: 0, isOpen: false, lines: [], title: "")]
    )
    fileprivate func writes(sheet: Sheet) throws {
        #expect(String(decoding: JSON.encode(sheet), as: UTF8.self) == (try Self.general(sheet)))
        #expect(String(decoding: JSON.encode([sheet, sheet]), as: UTF8.self) == (try Self.general([sheet, sheet])))
    }

    @Test("reads what it writes, escapes and all")
    func readsBack() throws {
        #expect(try JSON.decode(Sheet.self, from: JSON.encode(Self.full)) == Self.full)
    }

    @Test(
        "reads in one pass what the general decoder reads the same",
        arguments: [
            #"{"count":1,"isOpen":false,"lines":[],"title":"a"}"#,
            #" { "title" : "ü" , "lines" : [ { "price":{"currency":"GBP","amount":0} , "name":"b" } ] , "isOpen":true, "count":-7 } "#,
            #"{"extra":{"deep":[1,[true,null,"x"],{}]},"count":100,"isOpen":true,"lines":[],"title":""}"#,
        ]
    )
    func reads(text: String) throws {
        var json = JSONReader(Array(text.utf8))
        let read = try #require(Sheet(reading: &json))
        let isAtEnd = json.isAtEnd
        #expect(isAtEnd)
        #expect(read == (try JSONDecoder().decode(Sheet.self, from: Data(text.utf8))))
    }

    @Test(
        "leaves to the general decoder what is rare or wrong",
        arguments: [
            #"{"count":1.0,"isOpen":true,"lines":[],"title":""}"#,
            #"{"count":1e2,"isOpen":true,"lines":[],"title":""}"#,
            #"{"count":01,"isOpen":true,"lines":[],"title":""}"#,
            #"{"count":-0,"isOpen":true,"lines":[],"title":""}"#,
            #"{"count":9999999999999999999,"isOpen":true,"lines":[],"title":""}"#,
            #"{"count":"1","isOpen":true,"lines":[],"title":""}"#,
            #"{"count":null,"isOpen":true,"lines":[],"title":""}"#,
            #"{"count":1,"count":2,"isOpen":true,"lines":[],"title":""}"#,
            #"{"count":1,"isOpen":tru,"lines":[],"title":""}"#,
            #"{"count":1,"isOpen":true,"lines":[,],"title":""}"#,
            #"{"count":1,"isOpen":true,"lines":[],"title":"",}"#,
            #"{"count":1,"isOpen":true,"lines":[],"title":"\u0041"}"#,
            #"{"count":1,"isOpen":true,"lines":[],"title":"a}"#,
            #"{"count":1,"isOpen":true,"lines":[]}"#,
            #"{"count":1 "isOpen":true,"lines":[],"title":""}"#,
            "{\"count\":1,\"isOpen\":true,\"lines\":[],\"title\":\"a\nb\"}",
            #"{"extra":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]],"count":1,"isOpen":true,"lines":[],"title":""}"#,
            "[]", "", " ", "{", "nul",
        ]
    )
    func leaves(text: String) {
        var json = JSONReader(Array(text.utf8))
        #expect(Sheet(reading: &json) == nil)
    }

    @Test("takes a text that is no UTF-8 for no JSON, and something after the value too")
    func refuses() {
        let bytes = Array(#"{"count":1,"isOpen":true,"lines":[],"title":"#.utf8) + [0x22, 0xFF, 0x22, 0x7D]
        var json = JSONReader(bytes)
        #expect(Sheet(reading: &json) == nil)
        #expect(throws: Problem.malformed("The body is not JSON.")) { try JSON.decode(Sheet.self, from: bytes) }
        let twice = JSON.encode(Self.full) + JSON.encode(Self.full)
        #expect(throws: Problem.malformed("The body is not JSON.")) { try JSON.decode(Sheet.self, from: twice) }
    }

    @Test(
        "names the place of a mistake as the general decoder does",
        arguments: [
            (#"{"isOpen":true,"lines":[],"title":""}"#, "count", "is required"),
            (#"{"count":"1","isOpen":true,"lines":[],"title":""}"#, "count", "must be a whole number"),
            (#"{"count":1,"isOpen":true,"lines":[{"name":5}],"title":""}"#, "lines[0].name", "must be a string"),
        ]
    )
    func names(text: String, path: String, mistake: String) {
        #expect(throws: Problem.invalid(path, mistake)) { try JSON.decode(Sheet.self, from: Array(text.utf8)) }
    }
}
