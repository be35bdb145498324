import TextCoding

/// The query part of a request's URL, as ClickHouse's HTTP interface reads it.
struct ClickHouseQuery {
    private(set) var text = "wait_end_of_query=1"

    init(database: String, queryID: String?) {
        if !database.isEmpty { add("database", database) }
        add("query_id", queryID)
    }

    /// Adds a name and a value; nothing where there is no value.
    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        text += "&\(PercentCoding.encode(name))=\(PercentCoding.encode(value))"
    }

    /// Adds settings, always in the same order.
    mutating func add(settings: [String: String]) {
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) { add(name, value) }
    }
}
