public import CurlHTTP

/// Speaks to a ClickHouse through its HTTP interface.
///
/// User and password travel in header fields: a URL ends up in logs. Answers are whole: the server keeps a result until
/// it is complete (`wait_end_of_query`), so that a failure is always an error and never half an answer.
///
/// A statement that has a ``ClickHouseStatement/queryID`` is ended on the server too when its task is cancelled or its
/// time is over.
public struct ClickHouseClient: Sendable {
    /// The address and the credentials.
    public let access: ClickHouseAccess
    /// How long a statement may take that says nothing of it; 2 minutes by default.
    public var timeout: Duration
    /// The largest answer, in bytes; 1 GiB by default.
    public var maximumResponseBytes: Int
    /// Settings of every statement.
    public var settings: [String: String]
    private let http: CurlClient

    /// Creates a client. It keeps its connections and uses them again.
    public init(
        _ access: ClickHouseAccess,
        timeout: Duration = .seconds(120),
        maximumResponseBytes: Int = 1 << 30,
        settings: [String: String] = [:],
        http: CurlClient = CurlClient()
    ) {
        self.access = access
        self.timeout = timeout
        self.maximumResponseBytes = maximumResponseBytes
        self.settings = settings
        self.http = http
    }

    /// Runs a statement, and returns all of what it gives, in the statement's format.
    ///
    /// - Throws: ``ClickHouseError``.
    @discardableResult
    public func execute(_ statement: ClickHouseStatement) async throws(ClickHouseError) -> [UInt8] {
        try await answer(to: statement).bytes
    }

    /// Runs a statement, and returns all of what it gives with what it took to find it.
    ///
    /// - Throws: ``ClickHouseError``.
    public func answer(to statement: ClickHouseStatement) async throws(ClickHouseError) -> ClickHouseAnswer {
        var query = ClickHouseQuery(database: statement.database ?? access.database, queryID: statement.queryID)
        query.add("default_format", statement.format)
        for (name, parameter) in statement.parameters { query.add("param_\(name)", parameter.field) }
        query.add(settings: settings.merging(statement.settings) { $1 })
        do throws(ClickHouseError) {
            return ClickHouseAnswer(try await send(query, Array(statement.sql.utf8), statement.timeout))
        } catch {
            // Otherwise the server would finish a query whose result is not read.
            if let queryID = statement.queryID, error.isAbandoned { abandon(queryID) }
            throw error
        }
    }

    /// Inserts rows. When it returns, ClickHouse has stored them.
    ///
    /// - Throws: ``ClickHouseError``. After ``ClickHouseError/unreachable(_:)`` they may be stored or not; send them
    ///   again with the same ``ClickHouseInsert/deduplicationToken``.
    public func insert(_ insert: ClickHouseInsert) async throws(ClickHouseError) {
        var query = ClickHouseQuery(database: insert.database ?? access.database, queryID: nil)
        query.add("query", insert.statement)
        // The rows are on disk when the answer comes.
        var own = ["async_insert": "0"]
        if let token = insert.deduplicationToken {
            own["insert_deduplicate"] = "1"
            own["insert_deduplication_token"] = token
            own["deduplicate_blocks_in_dependent_materialized_views"] = "1"
        }
        query.add(settings: settings.merging(own) { $1 }.merging(insert.settings) { $1 })
        var headers = [(name: "Content-Type", value: "application/octet-stream")]
        if let encoding = insert.encoding { headers.append((name: "Content-Encoding", value: encoding)) }
        _ = try await send(query, insert.body, insert.timeout, headers)
    }

    /// Ends a statement on the server.
    ///
    /// It is enough for ClickHouse to have been told: the statement ends soon after, or has ended already.
    ///
    /// - Throws: ``ClickHouseError``.
    public func kill(_ queryID: String) async throws(ClickHouseError) {
        try await execute(
            ClickHouseStatement(
                "KILL QUERY WHERE query_id = {id:String} ASYNC",
                parameters: ["id": ClickHouseParameter(queryID)],
                timeout: .seconds(5)
            )
        )
    }

    /// Ends a statement whose caller has left, in a task that the caller's cancellation does not reach.
    private func abandon(_ queryID: String) {
        Task { try? await kill(queryID) }
    }

    private func send(
        _ query: ClickHouseQuery,
        _ body: [UInt8],
        _ timeout: Duration?,
        _ headers: [(name: String, value: String)] = []
    ) async throws(ClickHouseError) -> CurlResponse {
        let request = CurlRequest(
            method: "POST",
            url: "\(access.endpoint.url)/?\(query.text)",
            headers: credentials + headers,
            body: body,
            timeout: timeout ?? self.timeout,
            maximumResponseBytes: maximumResponseBytes
        )
        let response: CurlResponse
        do throws(CurlError) {
            response = try await http.execute(request)
        } catch {
            throw .unreachable(error)
        }
        if let exception = ClickHouseException(response) { throw .refused(exception) }
        return response
    }

    private var credentials: [(name: String, value: String)] {
        var fields = [(name: "X-ClickHouse-User", value: access.user)]
        if !access.password.isEmpty { fields.append((name: "X-ClickHouse-Key", value: access.password)) }
        return fields
    }
}

extension ClickHouseError {
    /// Whether the caller stopped waiting while the server may still be at work.
    fileprivate var isAbandoned: Bool {
        switch self {
        case .unreachable(.cancelled), .unreachable(.timedOut), .unreachable(.responseTooLarge): true
        default: false
        }
    }
}
