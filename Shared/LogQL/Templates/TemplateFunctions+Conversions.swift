import PromQL
import TextCoding

extension TemplateFunctions {
    private static func one(
        _ body: @escaping @Sendable (TemplateArguments) throws(TemplateFault) -> TemplateValue
    ) -> Body {
        { (given) throws(TemplateFault) in
            try given.expect(1...1)
            return try body(given)
        }
    }

    static let conversions: [String: Body] = [
        "fromJson": one { (given) throws(TemplateFault) in
            guard let value = JSONReader.value(of: given.text(0)) else { throw TemplateFault("fromJson: no JSON") }
            return value
        },
        "b64enc": one { .text(String(decoding: Base64.encode(Array($0.text(0).utf8)), as: UTF8.self)) },
        "b64dec": one { (given) throws(TemplateFault) in
            guard let bytes = Base64.decode(given.text(0)) else { throw TemplateFault("b64dec: no base64") }
            return .text(String(decoding: bytes, as: UTF8.self))
        },
        "urlencode": one { .text(PercentCoding.encode($0.text(0)).replacing("%20", with: "+")) },
        "urlquery": one { .text(PercentCoding.encode($0.text(0)).replacing("%20", with: "+")) },
        "urldecode": one { (given) throws(TemplateFault) in
            guard let text = PercentCoding.decode(given.text(0).replacing("+", with: " ")) else {
                throw TemplateFault("urldecode: invalid URL escape")
            }
            return .text(text)
        },
        "bytes": one { (given) throws(TemplateFault) in .float(try quantity(given, .bytes)) },
        "duration": one { (given) throws(TemplateFault) in .float(try quantity(given, .duration) / 1e9) },
        "duration_seconds": one { (given) throws(TemplateFault) in .float(try quantity(given, .duration) / 1e9) },
        "len": one { (given) throws(TemplateFault) in
            switch given.values[0] {
            case .text(let text): return .int(Int64(text.utf8.count))
            case .list(let elements): return .int(Int64(elements.count))
            case .map(let members): return .int(Int64(members.count))
            default: throw TemplateFault("len of a value that has none")
            }
        },
        "index": { (given) throws(TemplateFault) in
            try given.expect(2...16)
            var value = given.values[0]
            for key in given.values.dropFirst() { value = try element(value, key) }
            return value
        },
        "unixEpoch": one { (given) throws(TemplateFault) in .text("\(try time(given, 0) / 1_000_000_000)") },
        "unixEpochMillis": one { (given) throws(TemplateFault) in .text("\(try time(given, 0) / 1_000_000)") },
        "unixEpochNanos": one { (given) throws(TemplateFault) in .text("\(try time(given, 0))") },
        "unixToTime": one { (given) throws(TemplateFault) in try instant(given.text(0)) },
        "date": { (given) throws(TemplateFault) in
            try given.expect(2...2)
            return .text(GoTimeLayout.format(try time(given, 1), given.text(0)))
        },
    ]

    private static func quantity(_ given: TemplateArguments, _ kind: Quantity.Kind) throws(TemplateFault) -> Double {
        guard let value = Quantity.value(of: given.text(0), as: kind) else {
            throw TemplateFault("\(given.function): cannot read \(Quoting.quote(given.text(0)))")
        }
        return value
    }

    private static func element(_ value: TemplateValue, _ key: TemplateValue) throws(TemplateFault) -> TemplateValue {
        switch (value, key) {
        case (.map(let members), .text(let name)): return members[name] ?? .none
        case (.list(let elements), .int(let number)):
            guard number >= 0, number < elements.count else { throw TemplateFault("index out of range: \(number)") }
            return elements[Int(number)]
        default: throw TemplateFault("can't index a value of this type")
        }
    }

    private static func time(_ given: TemplateArguments, _ index: Int) throws(TemplateFault) -> Int64 {
        guard case .time(let nanoseconds) = given.values[index] else {
            throw TemplateFault("\(given.function) needs a time, such as __timestamp__ or what unixToTime gives")
        }
        return nanoseconds
    }

    /// The time of a number of days, seconds, milliseconds, microseconds or nanoseconds, as its digits tell.
    private static func instant(_ text: String) throws(TemplateFault) -> TemplateValue {
        let factors: [Int: Int64] = [
            5: 86_400_000_000_000, 10: 1_000_000_000, 13: 1_000_000, 16: 1_000, 19: 1,
        ]
        guard let number = Int64(text), let factor = factors[text.utf8.count] else {
            throw TemplateFault("unable to parse time \(Quoting.quote(text))")
        }
        return .time(number &* factor)
    }
}
