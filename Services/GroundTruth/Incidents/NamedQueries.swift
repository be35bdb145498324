import RunJournal

/// Several queries in one file of SQL, each under a line `-- name: NAME`.
///
/// What stands between the name and the query's first word is its description.
struct NamedQueries: Sendable {
    private let queries: [String: String]
    private let others: [String: String]

    /// Reads a file's text.
    ///
    /// - Parameters:
    ///   - text: The queries.
    ///   - others: Those that stand in for the names that the text does not have.
    /// - Throws: ``QueryFileError`` when a name stands twice in the text.
    init(_ text: String, otherwise others: NamedQueries? = nil) throws(QueryFileError) {
        var queries: [String: String] = [:]
        var name: String?
        var lines: [Substring] = []
        func finished() -> String {
            var lines = lines[...]
            while lines.first?.allSatisfy(\.isWhitespace) == true { lines.removeFirst() }
            while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
            return lines.joined(separator: "\n")
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("-- name:") else {
                lines.append(line)
                continue
            }
            if let name { queries[name] = finished() }
            let next = String(line.dropFirst(8).drop(while: \.isWhitespace))
            guard queries[next] == nil else { throw QueryFileError.repeated(next) }
            name = next
            lines = []
        }
        if let name { queries[name] = finished() }
        self.queries = queries
        self.others = others?.queries ?? [:]
    }

    /// The names of the text's own queries, in alphabetical order.
    var names: [String] { queries.keys.sorted() }

    /// The text of a query.
    ///
    /// - Throws: ``QueryFileError`` when there is none of this name.
    subscript(name: String) -> String {
        get throws(QueryFileError) {
            guard let query = queries[name] ?? others[name] else { throw .missing(name) }
            return query
        }
    }
}

/// Why a file of queries cannot be used.
enum QueryFileError: Error, Equatable, CustomStringConvertible {
    case repeated(String)
    case missing(String)

    var description: String {
        switch self {
        case .repeated(let name): "two queries are called '\(name)': give each a name of its own"
        case .missing(let name): "no query is called '\(name)': write one under a line '-- name: \(name)'"
        }
    }
}

extension String {
    /// A query in which the times stand that `{name:DateTime64(9)}` asks for, so that it can be run as it is.
    func filled(_ times: [String: Moment]) -> String {
        times.reduce(self) { text, time in text.replacing("{\(time.key):DateTime64(9)}", with: time.value.sql) }
    }
}

extension Moment {
    /// As a value in ClickHouse's SQL.
    var sql: String {
        let plain = text.dropLast().replacing("T", with: " ")
        return "toDateTime64('\(plain)', 9, 'UTC')"
    }
}
