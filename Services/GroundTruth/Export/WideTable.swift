/// A table with a row for each step of time and a column for each series.
struct WideTable: Sendable {
    /// How a step without a value is written.
    enum Gap: Sendable {
        /// As zero: nothing was counted.
        case zero
        /// As the value before it: it was not measured anew.
        case last
        /// As nothing.
        case empty
    }

    private let times: [Int64]
    private let index: [Int64: Int]
    private var columns: [String: (gap: Gap, values: [Double?])] = [:]

    /// Creates a table of steps from a second to before another one.
    init(from: Int64, to: Int64, step: Int64) {
        times = Array(stride(from: from, to: max(from, to), by: Int(step)))
        index = Dictionary(uniqueKeysWithValues: times.enumerated().map { ($1, $0) })
    }

    /// Sets a value; times that are no step of the table are left out.
    mutating func set(_ column: String, at time: Int64, to value: Double, gap: Gap) {
        guard let row = index[time] else { return }
        columns[column, default: (gap, Array(repeating: nil, count: times.count))].values[row] = value
    }

    /// Takes over the columns of another table of the same steps.
    mutating func add(_ other: WideTable) {
        columns.merge(other.columns) { first, _ in first }
    }

    /// As CSV, with the columns in alphabetical order after `time`.
    func csv() -> [UInt8] {
        let names = columns.keys.sorted()
        var lines = [(["time"] + names.map(Self.quoted)).joined(separator: ",")]
        var last: [String: Double] = [:]
        for (row, time) in times.enumerated() {
            var fields = [String(time)]
            for name in names {
                guard let column = columns[name] else { continue }
                if let value = column.values[row] { last[name] = value }
                switch (column.values[row], column.gap) {
                case (let value?, _): fields.append(Self.text(value))
                case (nil, .zero): fields.append("0")
                case (nil, .last): fields.append(last[name].map(Self.text) ?? "")
                case (nil, .empty): fields.append("")
                }
            }
            lines.append(fields.joined(separator: ","))
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func quoted(_ text: String) -> String {
        text.contains(where: { ",\"\n".contains($0) }) ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}
