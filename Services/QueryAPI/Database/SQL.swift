import ClickHouseHTTP

/// The text of a statement, made of constants of this service's source and of nothing else.
///
/// It has no interpolation and no way from a `String`: what comes from outside can only be a bound parameter.
struct SQL: Sendable, ExpressibleByStringLiteral {
    /// The statement as it is sent.
    let text: String

    init(stringLiteral constant: StaticString) {
        text = constant.description
    }

    private init(text: String) {
        self.text = text
    }

    /// The place of a bound parameter, `{p3:String}`.
    fileprivate init(place number: Int, of prefix: StaticString, _ type: StaticString) {
        text = "{\(prefix)\(number):\(type)}"
    }

    static func + (left: SQL, right: SQL) -> SQL {
        SQL(text: left.text + " " + right.text)
    }
}

/// A statement, or a part of one, with the values that are bound to it: for statements whose number of conditions is not
/// known beforehand.
struct BoundSQL: Sendable {
    private(set) var sql: SQL
    private(set) var parameters: [String: ClickHouseParameter] = [:]
    /// How many places may be bound: a request line has an end.
    private static let mostPlaces = 256

    private let prefix: StaticString

    /// - Parameter prefix: What the names of its parameters begin with: parts that are put together need one each.
    init(_ sql: SQL = "", prefix: StaticString = "p") {
        self.sql = sql
        self.prefix = prefix
    }

    /// Appends constants.
    mutating func append(_ more: SQL) {
        sql = sql + more
    }

    /// Appends a part whose parameters have names of their own.
    mutating func append(_ more: BoundSQL) {
        sql = sql + more.sql
        parameters.merge(more.parameters) { one, _ in one }
    }

    /// Appends the place of a text.
    mutating func bind(_ text: String) throws(QueryFailure) {
        try bind(ClickHouseParameter(text), "String")
    }

    /// Appends the place of a number.
    mutating func bind(_ number: Int64) throws(QueryFailure) {
        try bind(ClickHouseParameter(number), "Int64")
    }

    /// Appends the place of a number.
    mutating func bind(_ number: Double) throws(QueryFailure) {
        try bind(ClickHouseParameter(number), "Float64")
    }

    /// Appends the place of texts.
    mutating func bind(_ texts: [String]) throws(QueryFailure) {
        try bind(ClickHouseParameter(texts), "Array(String)")
    }

    /// Binds what a closure appends, which is not appended here: for a part that stands in a statement more than once.
    mutating func part(_ write: (inout BoundSQL) throws(QueryFailure) -> Void) throws(QueryFailure) -> SQL {
        let before = sql
        defer { sql = before }
        sql = ""
        try write(&self)
        return sql
    }

    private mutating func bind(_ value: ClickHouseParameter, _ type: StaticString) throws(QueryFailure) {
        guard parameters.count < Self.mostPlaces else {
            throw .invalid("the query has too many conditions: at most \(Self.mostPlaces) values")
        }
        let number = parameters.count
        sql = sql + SQL(place: number, of: prefix, type)
        parameters["\(prefix)\(number)"] = value
    }
}
