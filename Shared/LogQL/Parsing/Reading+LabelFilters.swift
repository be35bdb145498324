import LinearRegex
import PromQL

extension Reading {
    /// A condition and how many levels it has.
    private struct FilterBranch {
        var filter: LabelFilter
        var depth = 1
    }

    mutating func readLabelFilter() throws(LogQLParseError) -> LabelFilter {
        try readDisjunction().filter
    }

    /// Conditions joined by `or`, which binds less than `and`.
    private mutating func readDisjunction() throws(LogQLParseError) -> FilterBranch {
        try nested { (reading) throws(LogQLParseError) in
            var branch = try reading.readConjunction()
            while try reading.take(word: "or") {
                let other = try reading.readConjunction()
                branch.depth = try reading.deeper(max(branch.depth, other.depth))
                branch.filter = .or(branch.filter, other.filter)
            }
            return branch
        }
    }

    /// Conditions joined by `and`, a comma or nothing.
    private mutating func readConjunction() throws(LogQLParseError) -> FilterBranch {
        var branch = try readCondition()
        while true {
            var hasJoint = try take(word: "and")
            if !hasJoint { hasJoint = try take(.comma) }
            guard hasJoint || token.kind == .symbol(.leftParenthesis) || token.kind == .word && !token.isWord("or")
            else {
                return branch
            }
            let other = try readCondition()
            branch.depth = try deeper(max(branch.depth, other.depth))
            branch.filter = .and(branch.filter, other.filter)
        }
    }

    private mutating func readCondition() throws(LogQLParseError) -> FilterBranch {
        guard try take(.leftParenthesis) else { return FilterBranch(filter: try readComparison()) }
        let branch = try readDisjunction()
        try expect(.rightParenthesis)
        return branch
    }

    private mutating func readComparison() throws(LogQLParseError) -> LabelFilter {
        let start = token.start
        let label = try readName()
        guard case .symbol(let symbol) = token.kind else { throw unexpected(expected: "a comparison such as = or >") }
        let comparison = symbol == .assign ? .equal : QuantityFilter.Comparison(rawValue: symbol.rawValue)
        let operation = LabelMatcher.Operation(rawValue: symbol.rawValue)
        guard comparison != nil || operation != nil else { throw unexpected(expected: "a comparison such as = or >") }
        try advance()
        if token.kind == .string, let operation {
            let text = try readText()
            do throws(LinearRegexError) { return .matcher(try LabelMatcher(label, operation, text)) } catch {
                throw fault(error.description, at: start)
            }
        }
        if token.isWord("ip"), operation == .equal || operation == .notEqual {
            let range = try readAddressRange()
            return .address(AddressFilter(label: label, isNegative: operation == .notEqual, range: range))
        }
        guard let comparison else { throw unexpected(expected: "a text between double quotes or backticks") }
        return .quantity(QuantityFilter(label: label, comparison: comparison, quantity: try readQuantity()))
    }

    private mutating func readQuantity() throws(LogQLParseError) -> Quantity {
        let sign = try take(.subtract) ? "-" : ""
        guard token.kind == .quantity, let quantity = Quantity(sign + token.text), quantity.value.isFinite else {
            throw unexpected(expected: "a number, a duration or a size")
        }
        try advance()
        return quantity
    }
}
