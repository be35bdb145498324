/// A column of values in the form that ClickHouse's Native format wants: values of one column lie beside each other.
///
/// Rows are encoded straight into columns as they arrive, and the columns are the queue: nothing is kept twice. Native
/// names every column and its type, so the server converts where a table's type differs (`DateTime` for
/// `DateTime64(9)`, `String` for `LowCardinality(String)`); RowBinary would be misread in silence.
protocol NativeColumn: Sendable {
    /// The column's ClickHouse type.
    var typeName: String { get }
    /// How many values it holds.
    var rowCount: Int { get }
    /// How many bytes of memory its values take, spare capacity aside.
    var byteCount: Int { get }
    /// Writes what stands before the data of the column, nested types included.
    func writePrefix(to output: inout [UInt8])
    /// Writes the values.
    func writeData(to output: inout [UInt8])
}

extension NativeColumn {
    func writePrefix(to output: inout [UInt8]) {}
}

extension [UInt8] {
    /// Appends a number in LEB128, as ClickHouse writes lengths.
    mutating func append(varint value: Int) {
        var rest = UInt64(value)
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// Appends a text with its length before it.
    mutating func append(text: String) {
        append(varint: text.utf8.count)
        append(contentsOf: text.utf8)
    }

    /// Appends a number's bytes, least significant first.
    mutating func append(littleEndian value: UInt64) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    /// Appends the bytes of numbers as they lie in memory; every platform this runs on is little-endian.
    mutating func append<Number: BitwiseCopyable>(rawBytesOf numbers: [Number]) {
        numbers.withUnsafeBytes { append(contentsOf: $0) }
    }
}
