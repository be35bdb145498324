import LinearRegex
import LogQL
import PromQL

/// Conditions of LogQL over columns of `otel_logs`.
///
/// What a statement cannot test, or what would make it too long, is left out: then it finds more than is wanted, and says
/// so.
struct LogConditionSQL {
    /// The records of a time, as ``NanosecondSpan`` has it.
    static let time: SQL = """
        WHERE Timestamp >= fromUnixTimestamp64Nano({from:Int64}) AND Timestamp <= fromUnixTimestamp64Nano({through:Int64})
        """
    /// How many bytes of values a request line has room for.
    private static let mostBytes = 5_000

    /// The conditions, each after an `AND`.
    private(set) var sql = BoundSQL(prefix: "c")
    /// Whether all that it finds is wanted.
    private(set) var isExact = true
    private let labels: LogLabelSQL
    private var bytesLeft = mostBytes

    init(_ labels: LogLabelSQL = LogLabelSQL(keys: .none)) {
        self.labels = labels
    }

    /// Adds the conditions on streams.
    mutating func add(_ matchers: [LabelMatcher]) throws(QueryFailure) {
        for matcher in matchers {
            try take(matcher.value.utf8.count) { (condition, sql) throws(QueryFailure) in
                // What is no label of streams is empty there, whatever the records have beside their text.
                guard matcher.name == LogLabelNames.service || LogLabelNames.attributes[matcher.name] != nil else {
                    return sql.append(matcher.matches("") ? "AND 1 = 1" : "AND 1 = 0")
                }
                sql.append("AND")
                try condition.append(matcher, to: &sql)
            }
        }
    }

    /// Adds conditions on lines and on labels.
    mutating func add(_ conditions: [LogCondition]) throws(QueryFailure) {
        for condition in conditions {
            switch condition {
            case .line(let filter): try add(filter)
            case .label(let filter):
                try take(Self.size(of: filter)) { (condition, sql) throws(QueryFailure) in
                    sql.append("AND")
                    try condition.append(filter, to: &sql)
                }
            }
        }
    }

    /// The labels in conditions whose attributes must be known before.
    static func unknownNames(in conditions: [LogCondition]) -> Set<String> {
        var names: Set<String> = []
        for case .label(let filter) in conditions { names.formUnion(filter.names) }
        return names.filter { !LogLabelSQL.isKnown($0) }
    }

    private mutating func take(
        _ size: Int,
        _ body: (LogConditionSQL, inout BoundSQL) throws(QueryFailure) -> Void
    ) throws(QueryFailure) {
        // Percent-encoding makes three bytes of one at worst.
        guard size * 3 <= bytesLeft else {
            isExact = false
            return
        }
        bytesLeft -= size * 3 + 16
        var sql = self.sql
        try body(self, &sql)
        self.sql = sql
    }

    // MARK: - Labels

    private static func size(of filter: LabelFilter) -> Int {
        switch filter {
        case .matcher(let matcher): matcher.value.utf8.count + 48
        case .and(let one, let other), .or(let one, let other): size(of: one) + size(of: other)
        case .quantity, .address: 0
        }
    }

    private func append(_ filter: LabelFilter, to sql: inout BoundSQL) throws(QueryFailure) {
        switch filter {
        case .matcher(let matcher): try append(matcher, to: &sql)
        case .and(let one, let other):
            sql.append("(")
            try append(one, to: &sql)
            sql.append("AND")
            try append(other, to: &sql)
            sql.append(")")
        case .or(let one, let other):
            sql.append("(")
            try append(one, to: &sql)
            sql.append("OR")
            try append(other, to: &sql)
            sql.append(")")
        case .quantity, .address: sql.append("1 = 1")
        }
    }

    private func append(_ matcher: LabelMatcher, to sql: inout BoundSQL) throws(QueryFailure) {
        if matcher.name == LogLabelNames.service { return try appendService(matcher, to: &sql) }
        switch matcher.operation {
        case .equal, .notEqual:
            try labels.append(matcher.name, to: &sql)
            sql.append(matcher.operation == .equal ? "=" : "!=")
            try sql.bind(matcher.value)
        case .matches, .doesNotMatch:
            if matcher.operation == .doesNotMatch { sql.append("NOT") }
            if let literals = matcher.regex?.literals {
                sql.append("(")
                try labels.append(matcher.name, to: &sql)
                sql.append("IN")
                try sql.bind(literals)
            } else {
                sql.append("match(")
                try labels.append(matcher.name, to: &sql)
                sql.append(",")
                try sql.bind(Self.anchored(matcher.value))
            }
            sql.append(")")
        }
    }

    /// On the column itself, which is in the table's sorting key.
    private func appendService(_ matcher: LabelMatcher, to sql: inout BoundSQL) throws(QueryFailure) {
        let isNegative = matcher.operation == .notEqual || matcher.operation == .doesNotMatch
        let matchesUnknown = matcher.matches(LogLabelNames.unknownService) != isNegative
        sql.append(isNegative ? "NOT (" : "(")
        if let names = matcher.regex.map(\.literals) ?? [matcher.value] {
            sql.append("ServiceName IN")
            try sql.bind(names + (matchesUnknown ? [""] : []))
        } else {
            sql.append("(ServiceName != '' AND match(ServiceName,")
            try sql.bind(Self.anchored(matcher.value))
            sql.append(matchesUnknown ? ")) OR ServiceName = ''" : "))")
        }
        sql.append(")")
    }

    /// An expression that matches a whole label, in which `.` matches a newline too.
    private static func anchored(_ pattern: String) -> String {
        "^(?s:\(pattern))$"
    }

    // MARK: - Lines

    private mutating func add(_ filter: LineFilter) throws(QueryFailure) {
        let isSearch = filter.operands.allSatisfy { operand in
            switch operand {
            case .text, .regex: true
            case .pattern, .address: false
            }
        }
        guard isSearch else {
            isExact = false
            return try addHint(filter)
        }
        let size = filter.operands.reduce(0) { $0 + $1.size }
        try take(size) { (_, sql) throws(QueryFailure) in
            sql.append(filter.operation.isNegative ? "AND NOT (" : "AND (")
            for (index, operand) in filter.operands.enumerated() {
                if index > 0 { sql.append("OR") }
                switch operand {
                case .text(let text):
                    sql.append("position(Body,")
                    try sql.bind(text)
                    sql.append(") > 0")
                case .regex(let regex):
                    sql.append("match(Body,")
                    try sql.bind("(?-s)(?:\(regex.pattern))")
                    sql.append(")")
                case .pattern, .address: sql.append("1 = 1")
                }
            }
            sql.append(")")
        }
        if filter.operation == .contains, filter.operands.count == 1, case .text(let text) = filter.operands[0] {
            try addTokens(of: text)
        }
    }

    /// What a line must have that fits a pattern: its texts, in whatever order.
    private mutating func addHint(_ filter: LineFilter) throws(QueryFailure) {
        guard filter.operation == .fits, filter.operands.count == 1, case .pattern(let pattern) = filter.operands[0]
        else {
            return
        }
        for literal in pattern.literals {
            try take(literal.utf8.count) { (_, sql) throws(QueryFailure) in
                sql.append("AND position(Body,")
                try sql.bind(literal)
                sql.append(") > 0")
            }
        }
    }

    /// The words of a text that are words of the line too, since something else stands on both sides: for those the table
    /// has an index.
    private mutating func addTokens(of text: String) throws(QueryFailure) {
        let words = text.utf8.split(omittingEmptySubsequences: false) { !Self.isOfWord($0) }
        for word in words.dropFirst().dropLast().prefix(4) where word.count > 2 && word.allSatisfy({ $0 < 0x80 }) {
            try take(word.count) { (_, sql) throws(QueryFailure) in
                sql.append("AND hasToken(lower(Body),")
                try sql.bind(String(decoding: word, as: UTF8.self).lowercased())
                sql.append(")")
            }
        }
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: true
        default: false
        }
    }
}

extension LineFilter.Operand {
    fileprivate var size: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .regex(let regex): regex.pattern.utf8.count + 12
        case .pattern(let pattern): pattern.text.utf8.count
        case .address(let range): range.text.utf8.count
        }
    }
}
