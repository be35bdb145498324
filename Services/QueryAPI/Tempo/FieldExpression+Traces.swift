import TraceQL

extension FieldExpression {
    /// Whether it asks how long the whole trace took.
    var asksForTraceDuration: Bool {
        switch self {
        case .constant: false
        case .not(let inner): inner.asksForTraceDuration
        case .and(let left, let right), .or(let left, let right):
            left.asksForTraceDuration || right.asksForTraceDuration
        case .comparison(let field, _, _): field == .intrinsic(.traceDuration)
        }
    }

    /// What of it a span must satisfy in any case, without what it says of the span's trace; `nil` for nothing.
    var ofSpansAlone: FieldExpression? {
        switch self {
        case .and(let left, let right):
            switch (left.ofSpansAlone, right.ofSpansAlone) {
            case (let left?, let right?): .and(left, right)
            case (let one, let other): one ?? other
            }
        default: looksAtTraces ? nil : self
        }
    }

    private var looksAtTraces: Bool {
        switch self {
        case .constant: false
        case .not(let inner): inner.looksAtTraces
        case .and(let left, let right), .or(let left, let right): left.looksAtTraces || right.looksAtTraces
        case .comparison(let field, _, _):
            [.intrinsic(.traceDuration), .intrinsic(.rootName), .intrinsic(.rootServiceName)].contains(field)
        }
    }
}
