/// Reads ClickHouse's `Native` format: blocks of rows, column by column, each with its name and its type.
///
/// Columns are read in the order in which the statement names them, and as the types that it gives them.
struct NativeReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Goes to the next block; `nil` after the last one.
    ///
    /// - Returns: How many rows it has.
    mutating func nextBlock() throws -> Int? {
        while position < bytes.count {
            let columns = try count()
            let rows = try count()
            if rows > 0 { return rows }
            for _ in 0..<columns { try skipHead() }
        }
        return nil
    }

    /// A column of numbers.
    mutating func numbers<Number: FixedWidthInteger>(_ type: Number.Type, rows: Int) throws -> [Number] {
        try skipHead()
        return try values(type, rows)
    }

    /// A column of `Float64`.
    mutating func doubles(rows: Int) throws -> [Double] {
        try skipHead()
        return try values(Double.self, rows)
    }

    /// A column of arrays of numbers.
    mutating func arrays<Number: FixedWidthInteger>(of type: Number.Type, rows: Int) throws -> [[Number]] {
        try skipHead()
        return try arrays(rows) { (reader, count) in try reader.values(type, count) }
    }

    /// A column of arrays of `Float64`.
    mutating func arraysOfDoubles(rows: Int) throws -> [[Double]] {
        try skipHead()
        return try arrays(rows) { (reader, count) in try reader.values(Double.self, count) }
    }

    /// Arrays are the places of their ends, and then the elements of all.
    private mutating func arrays<Element>(
        _ rows: Int,
        _ elements: (inout NativeReader, Int) throws -> [Element]
    ) throws -> [[Element]] {
        let ends = try values(UInt64.self, rows)
        guard let last = ends.last else { return [] }
        guard last <= bytes.count else { throw RowBinaryReader.Truncated() }
        let all = try elements(&self, Int(last))
        var start = 0
        return try ends.map { end in
            guard end >= start, end <= all.count else { throw RowBinaryReader.Truncated() }
            defer { start = Int(end) }
            return Array(all[start..<Int(end)])
        }
    }

    /// Numbers as this machine has them: ClickHouse writes them little-endian, and so does every machine that this runs on.
    private mutating func values<Value>(_ type: Value.Type, _ count: Int) throws -> [Value] {
        let (size, overflows) = count.multipliedReportingOverflow(by: MemoryLayout<Value>.stride)
        guard !overflows, count >= 0, size <= bytes.count - position else { throw RowBinaryReader.Truncated() }
        defer { position += size }
        return bytes.withUnsafeBytes { bytes in
            [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[position..<position + size])
                )
                initialized = count
            }
        }
    }

    /// Goes past a column's name and type.
    private mutating func skipHead() throws {
        for _ in 0..<2 {
            let length = try count()
            guard length <= bytes.count - position else { throw RowBinaryReader.Truncated() }
            position += length
        }
    }

    /// A number of variable length (LEB128).
    private mutating func count() throws -> Int {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 63 {
            let octet = bytes[position]
            position += 1
            result |= UInt64(octet & 0x7F) << shift
            if octet & 0x80 == 0 { return Int(result) }
            shift += 7
        }
        throw RowBinaryReader.Truncated()
    }
}
