extension TraceQuery {
    /// The longest query that is read, in bytes.
    public static let mostBytes = 32_768

    /// Reads a query.
    ///
    /// - Throws: ``TraceQLError`` for what is no query, and, by its name, for what is not supported.
    public init(parsing query: String) throws(TraceQLError) {
        guard query.utf8.count <= Self.mostBytes else {
            throw TraceQLError("the query is longer than \(Self.mostBytes) bytes", at: Self.mostBytes)
        }
        var reading = Reading(try Lexer.tokens(query))
        self = try reading.query()
    }
}

extension Field {
    /// Reads the name of a field alone, as `resource.service.name` or `status`.
    ///
    /// - Throws: ``TraceQLError``.
    public init(parsing name: String) throws(TraceQLError) {
        var reading = Reading(try Lexer.tokens(name))
        self = try reading.field()
        try reading.end()
    }
}
