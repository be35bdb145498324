import ClickHouseHTTP
import CurlHTTP
import LogQL
import PromQL
import Synchronization

/// The log records in ClickHouse as lines, for one query.
final class TelemetryLogSource: LogSource {
    /// How many records one statement asks for at first, and at most.
    private static let pages = 500...10_000
    /// How far from the edge each step goes when only some lines are wanted, in nanoseconds.
    private static let steps: [Int64] = [300, 3_600, 21_600, 86_400].map { $0 * 1_000_000_000 }

    let database: TelemetryDatabase
    let budget: ReadBudget
    /// How long records are kept, in days.
    let pointDays: Int
    private let rolled = Mutex<Set<RollupStep>>([])

    init(_ database: TelemetryDatabase, _ configuration: QueryConfiguration) {
        self.database = database
        budget = ReadBudget(bytes: configuration.bytesToRead)
        pointDays = configuration.pointDays
    }

    /// Where counts came from, in a few words.
    var origin: String {
        let steps = rolled.withLock { rolled in RollupStep.allCases.filter(rolled.contains) }
        return steps.isEmpty ? "records" : steps.map(\.source).joined(separator: ", ")
    }

    /// Counts were read from a rollup.
    func remember(_ step: RollupStep) {
        rolled.withLock { _ = $0.insert(step) }
    }

    /// What was read up to now.
    var usage: ReadBudget.Usage { budget.used }

    // MARK: - Lines

    func forEachEntry(_ request: LogRequest, _ body: (LogEntry) throws -> Bool) async throws {
        let span = NanosecondSpan(from: request.from, through: request.to - 1)
        guard request.from < request.to, !span.isEmpty else { return }
        let labels = try await labels(
            knowing: LogConditionSQL.unknownNames(in: request.conditions),
            request.matchers,
            in: span
        )
        var condition = LogConditionSQL(labels)
        try condition.add(request.matchers)
        try condition.add(request.conditions)
        var reader = LogRowReader(request.matchers, labels: request.labels)
        for part in Self.parts(of: span, request) {
            guard
                try await readPages(of: part, request, condition.sql, &reader, body)
            else { return }
        }
    }

    /// A span in pieces that grow with the distance from where the query begins: who asks for some lines does not have a
    /// day of them sorted.
    private static func parts(of span: NanosecondSpan, _ request: LogRequest) -> [NanosecondSpan] {
        guard request.limit != nil else { return [span] }
        var parts: [NanosecondSpan] = []
        switch request.direction {
        case .backward:
            // Clients ask for "until now" with ends in the future.
            let edge = min(span.through, WallClock.milliseconds * 1_000_000)
            var through = span.through
            for from in steps.map({ max(span.from, edge - $0) }) + [span.from] where from <= through {
                parts.append(NanosecondSpan(from: from, through: through))
                through = from - 1
            }
        case .forward:
            var from = span.from
            for through in steps.map({ min(span.through, span.from + $0) }) + [span.through] where from <= through {
                parts.append(NanosecondSpan(from: from, through: through))
                from = through + 1
            }
        }
        return parts
    }

    /// Reads the records of a span page by page; `false` when no more are wanted.
    private func readPages(
        of span: NanosecondSpan,
        _ request: LogRequest,
        _ condition: BoundSQL,
        _ reader: inout LogRowReader,
        _ body: (LogEntry) throws -> Bool
    ) async throws -> Bool {
        var size = min(max(request.limit ?? Self.pages.upperBound, Self.pages.lowerBound), Self.pages.upperBound)
        var rest = span
        while !rest.isEmpty {
            try Task.checkCancellation()
            var statement = BoundSQL(reader.columns + LogConditionSQL.time)
            statement.append(condition)
            statement.append(
                request.direction == .forward
                    ? "ORDER BY toStartOfFiveMinutes(Timestamp), Timestamp LIMIT {limit:UInt64} WITH TIES"
                    : "ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC LIMIT {limit:UInt64} WITH TIES"
            )
            var parameters = statement.parameters.merging(rest.parameters) { $1 }
            parameters["limit"] = ClickHouseParameter(size)
            var rows: RowBinaryReader
            do {
                rows = try await database.rows(statement.sql, parameters, within: budget)
            } catch let error as ClickHouseError where error.isTooLarge && size > 1 {
                // The lines are long ones.
                size = max(1, size / 8)
                continue
            }
            var count = 0
            var last = rest.from
            while !rows.isAtEnd {
                let (time, entry) = try reader.next(&rows)
                count += 1
                last = time
                if let entry, try !body(entry) { return false }
            }
            // Those of the same time as the last one were among them.
            let isDone = request.direction == .forward ? last >= rest.through : last <= rest.from
            if count < size || isDone { return true }
            rest =
                request.direction == .forward
                ? NanosecondSpan(from: last + 1, through: rest.through)
                : NanosecondSpan(from: rest.from, through: last - 1)
            size = min(size * 2, Self.pages.upperBound)
        }
        return true
    }

    // MARK: - Counts

    func forEachCount(_ request: LogCountRequest, _ body: (LogCount) throws -> Void) async throws -> Bool {
        // All that is known of a record beside its text tells it from others: then it is as well to read them.
        guard let grouping = request.grouping, !grouping.isWithout, grouping.labels.count <= 32 else { return false }
        let span = NanosecondSpan(from: request.after + 1, through: request.through)
        guard request.after < request.through, !span.isEmpty else { return true }
        if let step = rollupStep(for: request, now: WallClock.milliseconds) {
            try await forEachRolledCount(request, every: step, body)
            return true
        }
        let names = LogConditionSQL.unknownNames(in: request.conditions)
            .union(grouping.labels.filter { !LogLabelSQL.isKnown($0) })
        let labels = try await labels(knowing: names, request.matchers, in: span)
        var condition = LogConditionSQL(labels)
        try condition.add(request.matchers)
        try condition.add(request.conditions)
        guard condition.isExact else { return false }
        var statement = BoundSQL("SELECT CAST([")
        for (index, name) in grouping.labels.enumerated() {
            if index > 0 { statement.append(",") }
            try labels.append(name, to: &statement)
        }
        statement.append(
            """
            ], 'Array(String)') AS labels,
                intDiv(toUnixTimestamp64Nano(Timestamp) - {after:Int64} - 1, {interval:Int64}) AS number,
                count(),
            """
        )
        // Bodies are most of what there is to read.
        statement.append(request.countsBytes ? "sum(length(Body))" : "toUInt64(0)")
        statement.append("FROM otel_logs")
        statement.append(LogConditionSQL.time)
        statement.append(condition.sql)
        statement.append("GROUP BY labels, number")
        var parameters = statement.parameters.merging(span.parameters) { $1 }
        parameters["after"] = ClickHouseParameter(request.after)
        parameters["interval"] = ClickHouseParameter(request.interval)
        var rows = try await database.rows(statement.sql, parameters, within: budget)
        while !rows.isAtEnd {
            let values = try rows.array { try $0.text() }
            let number = try rows.number(Int64.self)
            let count = try rows.number(UInt64.self)
            let bytes = try rows.number(UInt64.self)
            let pairs = Dictionary(zip(grouping.labels, values)) { one, _ in one }
            try body(LogCount(labels: Labels(pairs), interval: Int(number), lines: count, bytes: bytes))
        }
        return true
    }

    /// The expressions of labels. Where attributes must be known for it, their keys are read.
    private func labels(
        knowing names: Set<String>,
        _ matchers: [LabelMatcher],
        in span: NanosecondSpan
    ) async throws -> LogLabelSQL {
        guard !names.isEmpty else { return LogLabelSQL(keys: .none) }
        var condition = LogConditionSQL()
        try condition.add(matchers.filter { $0.name == LogLabelNames.service })
        return LogLabelSQL(
            keys: try await LogAttributeKeys(
                of: names,
                from: database,
                where: condition.sql,
                in: span,
                within: budget
            )
        )
    }
}

extension ClickHouseError {
    /// Whether the result was larger than an answer may be.
    fileprivate var isTooLarge: Bool {
        if case .unreachable(.responseTooLarge) = self { true } else { false }
    }
}
