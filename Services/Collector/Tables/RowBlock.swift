/// Rows of one table on their way to it, as columns.
protocol RowBlock: Sendable {
    /// The table that they are for.
    static var table: Table { get }
    /// An empty block.
    init()
    /// The columns in the order in which they are written, each with as many values as there are rows.
    var columns: [(name: String, column: any NativeColumn)] { get }
    /// How many rows there are.
    var rowCount: Int { get }
}

extension RowBlock {
    /// How many bytes of memory the rows take.
    var byteCount: Int { columns.reduce(0) { $0 + $1.column.byteCount } }

    /// The names of the columns, for the statement that inserts them.
    static var columnNames: [String] { Self().columns.map(\.name) }

    /// The rows as one block in ClickHouse's Native format.
    func native() -> [UInt8] {
        let columns = columns
        let rows = rowCount
        var output: [UInt8] = []
        output.reserveCapacity(byteCount + columns.count * 64)
        output.append(varint: columns.count)
        output.append(varint: rows)
        for (name, column) in columns {
            precondition(column.rowCount == rows, "Column \(name) has \(column.rowCount) values in \(rows) rows.")
            output.append(text: name)
            output.append(text: column.typeName)
            column.writePrefix(to: &output)
            column.writeData(to: &output)
        }
        return output
    }
}
