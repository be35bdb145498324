import OTLP
import SeededRandom

/// Attributes as services send them: names of the semantic conventions, values of which some are always the same and some
/// never.
struct SampleAttributes {
    private var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(seed: seed, stream: 2)
    }

    private static let methods = ["GET", "POST", "PUT", "DELETE"]
    private static let routes = [
        "/products", "/products/{id}", "/cart", "/cart/add", "/checkout", "/orders/{id}", "/login",
    ]
    private static let agents = [
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15", "curl/8.9.1",
    ]
    private static let statuses: [Int64] = [200, 200, 200, 200, 201, 204, 304, 404, 500]

    /// So many attributes of one record.
    mutating func next(_ count: Int) -> [KeyValue] {
        (0..<count).map { attribute($0) }
    }

    private mutating func attribute(_ index: Int) -> KeyValue {
        switch index {
        case 0: text("http.request.method", Self.methods)
        case 1: text("http.route", Self.routes)
        case 2: number("http.response.status_code", Self.statuses)
        case 3: text("server.address", ["shop.example", "api.shop.example"])
        case 4: number("server.port", [443, 8_080])
        case 5: text("user_agent.original", Self.agents)
        case 6: KeyValue(key: "client.address", value: .string("198.51.100.\(Int.random(in: 1...254, using: &random))"))
        case 7: text("network.protocol.version", ["1.1", "2"])
        case 8: text("url.scheme", ["https"])
        case 9: KeyValue(key: "user.id", value: .string("user-\(Int.random(in: 0..<10_000, using: &random))"))
        case 10: KeyValue(key: "session.id", value: .string(SpanID(value: random.next()).description))
        case 11: KeyValue(key: "http.response.body.size", value: .int(Int64.random(in: 100...100_000, using: &random)))
        default:
            KeyValue(
                key: "app.attribute.\(index + 1)",
                value: .string("value-\(Int.random(in: 0..<1_000, using: &random))")
            )
        }
    }

    private mutating func text(_ key: String, _ values: [String]) -> KeyValue {
        KeyValue(key: key, value: .string(values[Int.random(in: 0..<values.count, using: &random)]))
    }

    private mutating func number(_ key: String, _ values: [Int64]) -> KeyValue {
        KeyValue(key: key, value: .int(values[Int.random(in: 0..<values.count, using: &random)]))
    }

    /// One of several values.
    mutating func one<Value>(of values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    /// A whole number of a range.
    mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }
}
