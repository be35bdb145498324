public import PromQL

/// A parsed query: one that gives lines, or one that gives numbers.
///
/// It is printed with ``LogQuery/description`` on one line, and with ``LogQuery/formatted()`` over several where it is long.
public enum LogQuery: Hashable, Sendable {
    /// `{service_name="shop"} |= "refused"`.
    case log(LogSelector)
    /// `sum by (level) (rate({service_name="shop"}[5m]))`.
    case metric(MetricExpression)
}

/// Streams, and what is done with their lines, one stage after the other.
public struct LogSelector: Hashable, Sendable {
    /// The conditions on the labels of streams, all of which must hold.
    public var matchers: [LabelMatcher]
    /// What each line goes through.
    public var stages: [Stage]

    /// A selector; without stages by default.
    public init(matchers: [LabelMatcher], stages: [Stage] = []) {
        self.matchers = matchers
        self.stages = stages
    }
}

/// A step that each line of a stream goes through.
public enum Stage: Hashable, Sendable {
    /// `|= "text"`, and its kin.
    case line(LineFilter)
    /// `| json`, or `| json status="response.status"`.
    case json([LabelExtraction])
    /// `| logfmt`, or `| logfmt --strict status="code"`.
    case logfmt(LogfmtParsing)
    /// `` | regexp `(?P<status>\d+)` ``.
    case regexp(RegexpParsing)
    /// `| pattern "<ip> - <_>"`.
    case pattern(LinePattern)
    /// `| unpack`.
    case unpack
    /// `| status >= 500 or level="error"`.
    case label(LabelFilter)
    /// `| line_format "{{.status}}"`.
    case lineFormat(LineTemplate)
    /// `| label_format a=b, c="{{.d}}"`.
    case labelFormat([LabelFormat])
    /// `| decolorize`.
    case decolorize
    /// `| drop a, b="x"`.
    case drop([LabelChoice])
    /// `| keep a, b="x"`.
    case keep([LabelChoice])
}

/// A label that a parser makes of a part of the line: `status="response.code"`.
public struct LabelExtraction: Hashable, Sendable {
    /// The label's name.
    public var label: String
    /// Where its value is, as it was written.
    public var path: String
    /// The steps of ``path``, for JSON.
    public let steps: [JSONStep]
}

/// What `| logfmt` is told.
public struct LogfmtParsing: Hashable, Sendable {
    /// `--strict`: what is no pair of a key and a value is an error.
    public var isStrict: Bool
    /// `--keep-empty`: keys without a value become labels with none.
    public var keepsEmpty: Bool
    /// The keys that become labels; all, where there are none.
    public var extractions: [LabelExtraction]
}

/// A label that `| label_format` sets.
public struct LabelFormat: Hashable, Sendable {
    /// Where the value comes from.
    public enum Source: Hashable, Sendable {
        /// Another label, which is no more afterwards.
        case label(String)
        /// A text with places for labels.
        case template(LineTemplate)
    }

    /// The label that is set.
    public var label: String
    /// Where its value comes from.
    public var source: Source
}

/// A label that `| drop` or `| keep` names, whatever its value or where that satisfies a condition.
public struct LabelChoice: Hashable, Sendable {
    /// The label's name.
    public var label: String
    /// The condition; `nil` for any value.
    public var matcher: LabelMatcher?
}
