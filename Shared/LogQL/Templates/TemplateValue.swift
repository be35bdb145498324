import PromQL

/// What a template works with.
enum TemplateValue: Hashable, Sendable {
    case none
    case text(String)
    case int(Int64)
    case float(Double)
    case bool(Bool)
    /// Nanoseconds since the epoch.
    case time(Int64)
    case list([TemplateValue])
    case map([String: TemplateValue])

    /// Whether `if` takes it for true.
    var isTrue: Bool {
        switch self {
        case .none: false
        case .text(let text): !text.isEmpty
        case .int(let number): number != 0
        case .float(let number): number != 0
        case .bool(let truth): truth
        case .time: true
        case .list(let elements): !elements.isEmpty
        case .map(let members): !members.isEmpty
        }
    }

    /// As it is printed.
    var printed: String {
        switch self {
        case .none: "<no value>"
        case .text(let text): text
        case .int(let number): "\(number)"
        case .float(let number): NumberFormat.general(number)
        case .bool(let truth): "\(truth)"
        case .time(let nanoseconds): GoTimeLayout.format(nanoseconds, "2006-01-02 15:04:05.999999999 -0700 MST")
        case .list(let elements): "[\(elements.map(\.printed).joined(separator: " "))]"
        case .map(let members):
            "map[\(members.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.printed)" }.joined(separator: " "))]"
        }
    }

    /// What Go calls it.
    var typeName: String {
        switch self {
        case .none: "<nil>"
        case .text: "string"
        case .int: "int"
        case .float: "float64"
        case .bool: "bool"
        case .time: "time.Time"
        case .list: "[]interface {}"
        case .map: "map[string]interface {}"
        }
    }

    /// A whole number, as casts make it: 0 for a text that is none.
    var whole: Int64 {
        switch self {
        case .int(let number): number
        case .float(let number): Int64(exactly: number.rounded(.towardZero)) ?? 0
        case .bool(let truth): truth ? 1 : 0
        case .text(let text): Int64(text) ?? 0
        case .time(let nanoseconds): nanoseconds
        case .none, .list, .map: 0
        }
    }

    /// A number, as casts make it: 0 for a text that is none.
    var number: Double {
        switch self {
        case .int(let number): Double(number)
        case .float(let number): number
        case .text(let text): Quantity.number(text) ?? 0
        default: Double(whole)
        }
    }
}
