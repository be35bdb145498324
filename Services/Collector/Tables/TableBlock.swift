/// Rows of one table, ready to be sent.
struct TableBlock: Sendable {
    let table: Table
    /// The names of the columns, in their order.
    let columns: [String]
    let rowCount: Int
    /// The rows in Native format.
    let body: [UInt8]

    /// `nil` when there are no rows.
    init?<Block: RowBlock>(_ rows: Block) {
        guard rows.rowCount > 0 else { return nil }
        table = Block.table
        columns = rows.columns.map(\.name)
        rowCount = rows.rowCount
        body = rows.native()
    }
}
