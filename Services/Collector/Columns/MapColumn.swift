import OTLP

/// A column of attributes (`Map(LowCardinality(String), String)`), sorted by key within each row, as the exporter does.
struct MapColumn: NativeColumn {
    private var ends = FixedColumn<UInt64>("UInt64")
    private var keys = TokenColumn()
    private var values = TextColumn()
    private var shapes = AttributeShapes()

    var typeName: String { "Map(LowCardinality(String), String)" }
    var rowCount: Int { ends.rowCount }
    var byteCount: Int { ends.byteCount + keys.byteCount + values.byteCount }

    /// Appends a row.
    mutating func append(_ attributes: [KeyValue]) {
        for attribute in attributes.sortedByKeyBytes() {
            keys.append(attribute.key)
            values.append(attribute.value)
        }
        ends.append(UInt64(keys.rowCount))
    }

    /// Appends a row of attributes of a body.
    mutating func append(_ attributes: ArraySlice<WireAttribute>) {
        if !attributes.isEmpty {
            let shape = shapes.shape(of: attributes, tokens: &keys)
            keys.append(tokens: shapes.tokens(of: shape))
            attributes.withUnsafeBufferPointer { attributes in
                shapes.forEachPlace(in: shape) { values.append(value: attributes[$0].value) }
            }
        }
        ends.append(UInt64(keys.rowCount))
    }

    /// Appends rows that are all the same, encoding them once.
    mutating func append(_ attributes: [KeyValue], rows: Int) {
        appendRepeated(attributes.count, rows: rows) { $0.append(attributes) }
    }

    /// Appends rows that are all the same, encoding them once.
    mutating func append(_ attributes: [WireAttribute], rows: Int) {
        appendRepeated(attributes.count, rows: rows) { $0.append(attributes[...]) }
    }

    private mutating func appendRepeated(_ count: Int, rows: Int, _ append: (inout Self) -> Void) {
        guard rows > 0 else { return }
        let firstKey = keys.rowCount
        let firstValue = values.mark
        append(&self)
        keys.repeatLast(fromRow: firstKey, times: rows - 1)
        values.repeatLast(from: firstValue, times: rows - 1)
        for row in 1..<max(1, rows) {
            ends.append(UInt64(firstKey + count * (row + 1)))
        }
    }

    func writePrefix(to output: inout [UInt8]) {
        keys.writePrefix(to: &output)
        values.writePrefix(to: &output)
    }

    func writeData(to output: inout [UInt8]) {
        ends.writeData(to: &output)
        keys.writeData(to: &output)
        values.writeData(to: &output)
    }
}

extension [KeyValue] {
    /// The attributes by the bytes of their keys; equal keys stay in their order.
    func sortedByKeyBytes() -> [KeyValue] {
        for index in indices.dropFirst() where self[index].key.precedesByBytes(self[index - 1].key) {
            return sorted { $0.key.precedesByBytes($1.key) }
        }
        return self
    }
}

extension String {
    /// Whether the bytes of this text come before those of another; `<` compares characters.
    func precedesByBytes(_ other: String) -> Bool {
        let result = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in left.lexicographicallyPrecedes(right) }
        }
        return (result ?? nil) ?? utf8.lexicographicallyPrecedes(other.utf8)
    }
}
