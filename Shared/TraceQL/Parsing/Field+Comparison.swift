import LinearRegex

extension Field {
    /// Why a field cannot be compared with a value in this way; `nil` where it can.
    func problem(with operation: ComparisonOperator, _ value: LiteralValue) -> String? {
        switch operation {
        case .matches, .matchesNot:
            guard case .text(let pattern) = value else { return "a regular expression must be a text" }
            do { _ = try LinearRegex(pattern) } catch { return "\(error)" }
        case .equal, .notEqual: break
        default:
            switch value {
            case .status, .kind, .truth, .nothing: return "\(value) has no order: use = or !="
            default: break
            }
        }
        if value == .nothing {
            guard case .attribute = self else { return "\(self) is always there: only attributes can be nil" }
            return nil
        }
        guard case .intrinsic(let intrinsic) = self else {
            switch value {
            case .status, .kind: return "\(value) is a value of status or kind: write a text in quotation marks"
            default: return nil
            }
        }
        return intrinsic.problem(with: operation, value)
    }
}

extension Intrinsic {
    fileprivate func problem(with operation: ComparisonOperator, _ value: LiteralValue) -> String? {
        switch self {
        case .status:
            guard case .status = value else { return "status is one of error, ok and unset" }
        case .kind:
            guard case .kind = value else {
                return "kind is one of server, client, internal, producer, consumer and unspecified"
            }
        case .duration, .traceDuration:
            guard value.numeric != nil else { return "\(rawValue) is compared with a duration such as 100ms" }
        case .nestedSetParent:
            // Only whether a span has a parent is known.
            guard let number = value.numeric, Field.asksForRoot(operation, number) != nil else {
                return "nestedSetParent is supported as < 0 and >= 0 only"
            }
        default:
            guard case .text = value else { return "\(rawValue) is compared with a text" }
        }
        return nil
    }
}

extension Field {
    /// Whether a condition on `nestedSetParent` is one for spans without parent, or one for the others; `nil` for
    /// another condition.
    public static func asksForRoot(_ operation: ComparisonOperator, _ number: Double) -> Bool? {
        switch (operation, number) {
        case (.less, 0), (.equal, -1), (.lessOrEqual, -1): true
        case (.greaterOrEqual, 0), (.notEqual, -1), (.greater, -1): false
        default: nil
        }
    }
}
