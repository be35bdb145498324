import OTLP
import Testing

@testable import Collector

/// The expected bytes are what ClickHouse itself writes for such columns.
@Suite("Columns in Native format")
struct NativeColumnTests {
    private func bytes(_ column: some NativeColumn) -> [UInt8] {
        var output: [UInt8] = []
        column.writePrefix(to: &output)
        column.writeData(to: &output)
        return output
    }

    private func number(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    @Test("Numbers lie beside each other, least significant byte first")
    func numbers() {
        var column = FixedColumn<UInt32>("UInt32")
        column.append(1)
        column.append(0x0102_0304)
        #expect(bytes(column) == [1, 0, 0, 0, 4, 3, 2, 1])
    }

    @Test("Times are nanoseconds; one that does not fit is the last that does")
    func times() {
        var column = FixedColumn<Int64>.times
        column.append(time: 1_544_712_660_300_000_001)
        column.append(time: .max)
        #expect(bytes(column) == number(1_544_712_660_300_000_001) + number(UInt64(Int64.max)))
    }

    @Test("Texts have their length before them")
    func texts() {
        var column = TextColumn()
        column.append("é")
        column.append("")
        column.append(String(repeating: "x", count: 200))
        #expect(bytes(column) == [2, 0xC3, 0xA9, 0, 0xC8, 0x01] + [UInt8](repeating: 0x78, count: 200))
    }

    @Test("A text that repeats is written once")
    func tokens() {
        var column = TokenColumn()
        column.append("abc", rows: 3)
        #expect(
            bytes(column)
                == number(1) + number(0x600) + number(2) + [0, 3] + Array("abc".utf8) + number(3) + [1, 1, 1]
        )
    }

    @Test("Tokens get wider with the dictionary, and texts that only look alike stay apart")
    func manyTokens() {
        var column = TokenColumn()
        for index in 0..<300 { column.append("\(index)") }
        let wide = bytes(column)
        #expect(wide[8..<16] == number(0x601)[...])
        #expect(wide.suffix(2) == [0x2C, 0x01])

        var accents = TokenColumn()
        accents.append("\u{E9}")
        accents.append("e\u{301}")
        accents.append("")
        #expect(bytes(accents).suffix(3) == [1, 2, 0])
    }

    @Test("Attributes are sorted by the bytes of their keys, and repeated rows equal single ones")
    func maps() {
        let attributes = [
            KeyValue(key: "k2", value: .string("v2")), KeyValue(key: "k1", value: .int(1)),
        ]
        var once = MapColumn()
        once.append(attributes)
        once.append(attributes)
        once.append([] as [KeyValue])
        var repeated = MapColumn()
        repeated.append(attributes, rows: 2)
        repeated.append([] as [KeyValue], rows: 1)
        #expect(bytes(once) == bytes(repeated))
        let keys = number(0x600) + number(3) + [0, 2] + Array("k1".utf8) + [2] + Array("k2".utf8) + number(4)
        let values = [1] + Array("1".utf8) + [2] + Array("v2".utf8)
        #expect(
            bytes(once) == number(1) + number(2) + number(4) + number(4) + keys + [1, 2, 1, 2] + values + values
        )
    }

    @Test("Lists of attributes nest, and empty ones have no dictionary")
    func nested() {
        var column = ArrayColumn(of: MapColumn())
        column.append { $0.append([KeyValue(key: "a", value: .string("b"))]) }
        let inner =
            number(1) + number(0x600) + number(2) + [0, 1] + Array("a".utf8) + number(1) + [1, 1] + Array("b".utf8)
        #expect(bytes(column) == number(1) + number(1) + inner)

        var empty = ArrayColumn(of: MapColumn())
        empty.append { _ in }
        empty.append { _ in }
        #expect(bytes(empty) == number(1) + number(0) + number(0))
    }

    @Test("A block names its columns and types before their data")
    func block() throws {
        let request = StoredRequest(arrival: Samples.start, body: Samples.spans(1...1).encodeProtobuf())
        let block = try #require(Spans.blocks(of: [request], retention: 86_400).first)
        #expect(block.table == .traces)
        #expect(block.columns == SpanRows.columnNames)
        #expect(block.body.starts(with: [22, 1, 9] + Array("Timestamp".utf8) + [13] + Array("DateTime64(9)".utf8)))
    }
}
