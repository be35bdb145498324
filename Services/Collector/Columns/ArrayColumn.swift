/// A column of lists: the elements of all rows beside each other, and where each row ends.
struct ArrayColumn<Element: NativeColumn>: NativeColumn {
    private var ends = FixedColumn<UInt64>("UInt64")
    private var elements: Element

    init(of elements: Element) {
        self.elements = elements
    }

    var typeName: String { "Array(\(elements.typeName))" }
    var rowCount: Int { ends.rowCount }
    var byteCount: Int { ends.byteCount + elements.byteCount }

    /// Appends a row, whose elements the closure appends.
    mutating func append(_ fill: (inout Element) -> Void) {
        fill(&elements)
        ends.append(UInt64(elements.rowCount))
    }

    func writePrefix(to output: inout [UInt8]) {
        elements.writePrefix(to: &output)
    }

    func writeData(to output: inout [UInt8]) {
        ends.writeData(to: &output)
        elements.writeData(to: &output)
    }
}
