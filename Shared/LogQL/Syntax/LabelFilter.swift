public import PromQL

/// A condition on labels: `status >= 500 and (method="GET" or duration > 1s)`.
public indirect enum LabelFilter: Hashable, Sendable {
    /// `level="error"`: a label that is not there counts as empty.
    case matcher(LabelMatcher)
    /// `status >= 500`, `duration > 1.5s`, `size < 20MB`.
    case quantity(QuantityFilter)
    /// `client = ip("10.0.0.0/8")`.
    case address(AddressFilter)
    /// Both.
    case and(LabelFilter, LabelFilter)
    /// Either.
    case or(LabelFilter, LabelFilter)

    /// The names of the labels that it looks at.
    public var names: Set<String> {
        switch self {
        case .matcher(let it): [it.name]
        case .quantity(let it): [it.label]
        case .address(let it): [it.label]
        case .and(let one, let other), .or(let one, let other): one.names.union(other.names)
        }
    }
}

/// A label compared as a number, a duration or a size.
public struct QuantityFilter: Hashable, Sendable {
    /// How two quantities are compared.
    public enum Comparison: String, Hashable, Sendable, CaseIterable {
        /// Equal; `=` is the same.
        case equal = "=="
        /// Not equal.
        case notEqual = "!="
        /// Greater.
        case greater = ">"
        /// Greater or equal.
        case greaterOrEqual = ">="
        /// Less.
        case less = "<"
        /// Less or equal.
        case lessOrEqual = "<="

        func holds(_ left: Double, _ right: Double) -> Bool {
            switch self {
            case .equal: left == right
            case .notEqual: left != right
            case .greater: left > right
            case .greaterOrEqual: left >= right
            case .less: left < right
            case .lessOrEqual: left <= right
            }
        }
    }

    /// The label's name.
    public var label: String
    /// How it is compared.
    public var comparison: Comparison
    /// What it is compared with.
    public var quantity: Quantity
}

/// A label that holds an address, compared with a range of them.
public struct AddressFilter: Hashable, Sendable {
    /// The label's name.
    public var label: String
    /// Whether addresses outside of the range are wanted.
    public var isNegative: Bool
    /// The range.
    public var range: AddressRange
}
