/// A column of numbers: integers, doubles, truth values, times.
struct FixedColumn<Value: BitwiseCopyable & Sendable>: NativeColumn {
    let typeName: String
    private var values: [Value] = []

    init(_ typeName: String) {
        self.typeName = typeName
    }

    var rowCount: Int { values.count }
    var byteCount: Int { values.count * MemoryLayout<Value>.stride }

    mutating func append(_ value: Value) {
        values.append(value)
    }

    mutating func append(contentsOf more: [Value]) {
        values.append(contentsOf: more)
    }

    mutating func append(_ value: Value, rows: Int) {
        values.append(contentsOf: repeatElement(value, count: rows))
    }

    func writeData(to output: inout [UInt8]) {
        output.append(rawBytesOf: values)
    }
}

extension FixedColumn<Int64> {
    /// Times in nanoseconds since 1970, UTC.
    static var times: Self { Self("DateTime64(9)") }

    /// Appends a time; what lies behind the year 2262 is moved there, the last that fits.
    mutating func append(time: UInt64) {
        append(Int64(clamping: time))
    }
}

extension FixedColumn<UInt8> {
    mutating func append(_ value: Bool) {
        append(value ? 1 : 0)
    }
}
