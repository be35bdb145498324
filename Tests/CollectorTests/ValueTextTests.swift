import OTLP
import Testing

@testable import Collector

@Suite("Attribute values as text")
struct ValueTextTests {
    @Test(
        "Doubles have the shortest digits, and an exponent only where the collector writes one",
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (1.5, "1.5"), (-2.25, "-2.25"), (0.1, "0.1"), (100_000, "100000"),
            (1e6, "1000000"), (123_456_789.125, "123456789.125"), (1e20, "100000000000000000000"), (1e21, "1e+21"),
            (1.5e22, "1.5e+22"), (1e-6, "0.000001"), (1e-7, "1e-7"), (1.5e-9, "1.5e-9"),
            (.leastNonzeroMagnitude, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"), (.infinity, "Infinity"), (-.infinity, "-Infinity"),
            (637.704, "637.704"), (3.0000000000000004, "3.0000000000000004"), (1e16, "10000000000000000"),
            (12_345_678_901_234_567_168, "12345678901234567000"), (0.0000123, "0.0000123"),
        ] as [(Double, String)]
    )
    func doubles(number: Double, text: String) {
        #expect(ValueText.string(of: .double(number)) == text)
    }

    @Test(
        "Every kind of value has its text",
        arguments: [
            (.double(.nan), "NaN"), (.int(0), "0"), (.int(.max), "9223372036854775807"),
            (.int(.min), "-9223372036854775808"), (.bool(true), "true"), (.bool(false), "false"), (.empty, ""),
            (.string("<é>"), "<é>"), (.bytes([0xDE, 0xAD, 0xBE, 0xEF, 0x00]), "3q2+7wA="), (.bytes([]), ""),
            (.bytes([1]), "AQ=="), (.array([]), "[]"), (.keyValues([]), "{}"),
        ] as [(AnyValue, String)]
    )
    func scalars(value: AnyValue, text: String) {
        #expect(ValueText.string(of: value) == text)
    }

    @Test("Lists and objects are compact JSON with sorted keys")
    func json() {
        let mixed: AnyValue = .array([.int(1), .double(1), .double(1.5), .bool(true), .empty, .bytes([1, 2])])
        #expect(ValueText.string(of: mixed) == #"[1,1,1.5,true,null,"AQI="]"#)
        #expect(ValueText.string(of: .array([.string("many"), .string("values")])) == #"["many","values"]"#)
        let nested: AnyValue = .keyValues([
            KeyValue(key: "b", value: .int(1)),
            KeyValue(
                key: "a",
                value: .keyValues([
                    KeyValue(key: "z", value: .array([])), KeyValue(key: "k", value: .string("<&>")),
                ])
            ),
        ])
        #expect(ValueText.string(of: nested) == #"{"a":{"k":"<&>","z":[]},"b":1}"#)
        let numbers: AnyValue = .array([.double(1e21), .double(1e-7), .double(100_000), .double(1e20)])
        #expect(ValueText.string(of: numbers) == "[1e+21,1e-7,100000,100000000000000000000]")
    }

    @Test("Texts in JSON are escaped as the collector does")
    func escapes() {
        let text = "\u{2028}\"\n\té\u{01}/"
        let value: AnyValue = .keyValues([KeyValue(key: "s", value: .string(text))])
        #expect(ValueText.string(of: value) == #"{"s":"\u2028\"\n\té\u0001/"}"#)
    }

    @Test("A number that JSON does not have makes the whole list empty")
    func notANumber() {
        #expect(ValueText.string(of: .array([.int(1), .array([.double(.nan)])])) == "")
    }

    @Test("Of two members with one name the last counts")
    func repeatedName() {
        let value: AnyValue = .keyValues([KeyValue(key: "a", value: .int(1)), KeyValue(key: "a", value: .int(2))])
        #expect(ValueText.string(of: value) == #"{"a":2}"#)
    }
}
