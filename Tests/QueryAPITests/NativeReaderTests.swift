import Testing

@testable import QueryAPI

@Suite("Columns in ClickHouse's Native format")
struct NativeReaderTests {
    private static func column(_ name: String, _ type: String, _ content: [UInt8]) -> [UInt8] {
        [UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(type.utf8.count)] + Array(type.utf8) + content
    }

    private static func bytes(_ numbers: [UInt64]) -> [UInt8] {
        numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    }

    private static func block(_ ids: [UInt64], _ arrays: [[Double]]) -> [UInt8] {
        var ends: [UInt64] = []
        for array in arrays { ends.append((ends.last ?? 0) + UInt64(array.count)) }
        return [2, UInt8(ids.count)] + column("id", "UInt64", bytes(ids))
            + column("values", "Array(Float64)", bytes(ends) + bytes(arrays.joined().map(\.bitPattern)))
    }

    @Test("are read block by block, past blocks without rows")
    func blocks() throws {
        let first = Self.block([1, .max], [[0.5, -.infinity], []])
        var reader = NativeReader(first + Self.block([], []) + Self.block([3], [[7]]))
        #expect(try reader.nextBlock() == 2)
        #expect(try reader.numbers(UInt64.self, rows: 2) == [1, .max])
        #expect(try reader.arraysOfDoubles(rows: 2) == [[0.5, -.infinity], []])
        #expect(try reader.nextBlock() == 1)
        #expect(try reader.numbers(UInt64.self, rows: 1) == [3])
        #expect(try reader.arraysOfDoubles(rows: 1) == [[7]])
        #expect(try reader.nextBlock() == nil)
    }

    @Test("are refused wherever they end too early")
    func truncated() throws {
        let whole = Self.block([1, 2], [[1, 2], [3]])
        for length in 1..<whole.count {
            var reader = NativeReader(Array(whole.prefix(length)))
            #expect(throws: RowBinaryReader.Truncated.self, "\(length)") {
                let rows = try reader.nextBlock() ?? 0
                _ = try reader.numbers(UInt64.self, rows: rows)
                _ = try reader.arraysOfDoubles(rows: rows)
            }
        }
    }
}
