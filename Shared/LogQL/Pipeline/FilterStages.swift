import LinearRegex
import PromQL

/// `|= "text"`, and its kin.
final class LineFilterStage: LineStage {
    private enum Test {
        case text([UInt8])
        case regex(RegexMatcher)
        case pattern(LinePattern)
        case address(AddressRange)
    }

    private var tests: [Test]
    private let isNegative: Bool

    init(_ filter: LineFilter) {
        isNegative = filter.operation.isNegative
        tests = filter.operands.map { operand in
            switch operand {
            case .text(let text): .text(Array(text.utf8))
            case .regex(let regex): .regex(regex.regex.matcher())
            case .pattern(let pattern): .pattern(pattern)
            case .address(let range): .address(range)
            }
        }
    }

    func apply(to line: inout WorkingLine) -> Bool {
        tests.indices.contains { holds($0, &line.text) } != isNegative
    }

    private func holds(_ index: Int, _ text: inout String) -> Bool {
        switch tests[index] {
        case .text(let bytes): return text.withUTF8 { ByteSearch.first(bytes, in: $0) != nil }
        case .pattern(let pattern): return text.withUTF8(pattern.fits)
        case .address(let range): return text.withUTF8(range.occurs)
        case .regex(var matcher):
            // Not to be copied: the matcher has tables of its own.
            tests[index] = .text([])
            defer { tests[index] = .regex(matcher) }
            return matcher.matchesPart(of: text)
        }
    }
}

/// `| status >= 500 or level="error"`.
final class LabelFilterStage: LineStage {
    private let test: LabelTest

    init(_ filter: LabelFilter) {
        test = Self.test(of: filter)
    }

    func apply(to line: inout WorkingLine) -> Bool {
        test.holds(for: &line.labels)
    }

    private static func test(of filter: LabelFilter) -> LabelTest {
        switch filter {
        case .matcher(let matcher): MatcherTest(matcher)
        case .quantity(let filter): QuantityTest(filter)
        case .address(let filter): AddressTest(filter)
        case .and(let one, let other): BothTest(test(of: one), test(of: other))
        case .or(let one, let other): EitherTest(test(of: one), test(of: other))
        }
    }
}

/// A condition on labels with what it learns on the way.
private class LabelTest {
    func holds(for labels: inout LineLabels) -> Bool { false }
}

private final class MatcherTest: LabelTest {
    private let name: String
    private var tester: LabelTester

    init(_ matcher: LabelMatcher) {
        (name, tester) = (matcher.name, matcher.tester())
    }

    override func holds(for labels: inout LineLabels) -> Bool {
        tester.matches(labels[name] ?? "")
    }
}

private final class BothTest: LabelTest {
    private let (one, other): (LabelTest, LabelTest)

    init(_ one: LabelTest, _ other: LabelTest) {
        (self.one, self.other) = (one, other)
    }

    override func holds(for labels: inout LineLabels) -> Bool {
        one.holds(for: &labels) && other.holds(for: &labels)
    }
}

private final class EitherTest: LabelTest {
    private let (one, other): (LabelTest, LabelTest)

    init(_ one: LabelTest, _ other: LabelTest) {
        (self.one, self.other) = (one, other)
    }

    override func holds(for labels: inout LineLabels) -> Bool {
        one.holds(for: &labels) || other.holds(for: &labels)
    }
}

/// What cannot be read as a quantity is kept, and says so in its labels: only conditions on texts drop such a line.
private final class QuantityTest: LabelTest {
    private let filter: QuantityFilter

    init(_ filter: QuantityFilter) {
        self.filter = filter
    }

    override func holds(for labels: inout LineLabels) -> Bool {
        if labels.hasError { return true }
        guard let text = labels[filter.label] else { return false }
        guard let value = Quantity.value(of: text, as: filter.quantity.kind) else {
            labels.fail(
                "LabelFilterErr",
                "cannot read \(Quoting.quote(text)) of \(filter.label) as a \(filter.quantity.kind)"
            )
            return true
        }
        return filter.comparison.holds(value, filter.quantity.value)
    }
}

private final class AddressTest: LabelTest {
    private let filter: AddressFilter

    init(_ filter: AddressFilter) {
        self.filter = filter
    }

    override func holds(for labels: inout LineLabels) -> Bool {
        if labels.hasError { return true }
        guard var text = labels[filter.label] else { return false }
        return text.withUTF8(filter.range.occurs) != filter.isNegative
    }
}
