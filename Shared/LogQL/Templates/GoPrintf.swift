import PromQL

/// What Go's `printf` makes of a format and values: the verbs `%s %v %q %d %x %X %f %e %g %t %%`, with flags, width and
/// precision.
enum GoPrintf {
    private struct Verb {
        var isLeft = false
        var hasPlus = false
        var hasZeros = false
        var hasSpace = false
        var width = 0
        var precision: Int?
        var letter: UInt8 = 0
    }

    private static let maximumWidth = 1_000

    static func text(_ format: String, _ values: [TemplateValue]) throws(TemplateFault) -> String {
        var rest = Array(format.utf8)[...]
        var next = 0
        var result: [UInt8] = []
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            let verb = try readVerb(&rest)
            if verb.letter == UInt8(ascii: "%") {
                result.append(byte)
            } else if next < values.count {
                result += Array(try written(values[next], verb).utf8)
                next += 1
            } else {
                result += Array("%!\(Character(Unicode.Scalar(verb.letter)))(MISSING)".utf8)
            }
            guard result.count <= TemplateRun.maximumBytes else { throw TemplateFault("printf gives too much") }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func readVerb(_ rest: inout ArraySlice<UInt8>) throws(TemplateFault) -> Verb {
        var verb = Verb()
        flags: while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "-"): verb.isLeft = true
            case UInt8(ascii: "+"): verb.hasPlus = true
            case UInt8(ascii: "0"): verb.hasZeros = true
            case UInt8(ascii: " "): verb.hasSpace = true
            default: break flags
            }
            rest.removeFirst()
        }
        func number() throws(TemplateFault) -> Int {
            var number = 0
            while let byte = rest.first, byte.isDigit {
                number = number * 10 + Int(byte - 0x30)
                guard number <= maximumWidth else {
                    throw TemplateFault("printf: a width of more than \(maximumWidth)")
                }
                rest.removeFirst()
            }
            return number
        }
        verb.width = try number()
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            verb.precision = try number()
        }
        guard let letter = rest.popFirst() else { throw TemplateFault("printf: a verb is missing behind %") }
        guard "svqdxXfFeEgGt%".utf8.contains(letter) else {
            let name = Quoting.quote("%" + String(decoding: [letter], as: UTF8.self))
            throw TemplateFault("printf: the verb \(name) is not supported")
        }
        verb.letter = letter
        return verb
    }

    private static func written(_ value: TemplateValue, _ verb: Verb) throws(TemplateFault) -> String {
        var text: String
        var isNumber = false
        switch (Character(Unicode.Scalar(verb.letter)), value) {
        case ("v", _): text = value.printed
        case ("s", .text(let given)): text = verb.precision.map { String(given.prefix($0)) } ?? given
        case ("q", .text(let given)): text = Quoting.quote(given)
        case ("x", .text(let given)): text = given.utf8.map { hexadecimal(UInt64($0), 2) }.joined()
        case ("X", .text(let given)): text = given.utf8.map { hexadecimal(UInt64($0), 2) }.joined().uppercased()
        case ("d", .int(let number)): (text, isNumber) = ("\(number)", true)
        case ("x", .int(let number)):
            (text, isNumber) = ((number < 0 ? "-" : "") + hexadecimal(number.magnitude, 0), true)
        case ("X", .int(let number)):
            (text, isNumber) = ((number < 0 ? "-" : "") + hexadecimal(number.magnitude, 0).uppercased(), true)
        case ("t", .bool(let truth)): text = "\(truth)"
        case ("f", .float(let number)), ("F", .float(let number)):
            (text, isNumber) = (DecimalText.fixed(number, verb.precision ?? 6), true)
        case ("e", .float(let number)): (text, isNumber) = (DecimalText.scientific(number, verb.precision ?? 6), true)
        case ("E", .float(let number)):
            (text, isNumber) = (DecimalText.scientific(number, verb.precision ?? 6).uppercased(), true)
        case ("g", .float(let number)), ("G", .float(let number)):
            (text, isNumber) = (NumberFormat.general(number), true)
        default:
            // As Go says that a value does not suit its verb.
            text = "%!\(Character(Unicode.Scalar(verb.letter)))(\(value.typeName)=\(value.printed))"
        }
        if isNumber, !text.hasPrefix("-") {
            if verb.hasPlus { text = "+" + text } else if verb.hasSpace { text = " " + text }
        }
        let missing = verb.width - text.unicodeScalars.count
        guard missing > 0 else { return text }
        if verb.isLeft { return text + String(repeating: " ", count: missing) }
        guard verb.hasZeros, isNumber else { return String(repeating: " ", count: missing) + text }
        let sign = text.prefix { $0 == "-" || $0 == "+" || $0 == " " }
        return sign + String(repeating: "0", count: missing) + text.dropFirst(sign.count)
    }

    private static func hexadecimal(_ number: UInt64, _ digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
