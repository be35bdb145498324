import OTLP
import SeededRandom
import Testing

@testable import Collector

/// The way from the bytes of a request straight into columns, held against the way through the OTLP model.
@Suite("Decoding into columns", .timeLimit(.minutes(3)))
struct DirectDecodingTests {
    private static let retention = 30 * 86_400
    private let times = StorableTimes(arrival: Samples.start, retention: retention)

    private typealias Hostile = HostileProtobuf<SplitMix64>

    /// How often each came out, so that a test shows that it saw both.
    private struct Tally {
        var taken = 0
        var refused = 0
    }

    private func compare<Kind: Telemetry>(
        _ kind: Kind.Type,
        _ body: [UInt8],
        _ model: ([UInt8], StorableTimes) throws(OTLPDecodingError) -> ModelRows.Outcome,
        _ tally: inout Tally
    ) {
        let expected: ModelRows.Outcome?
        do throws(OTLPDecodingError) { expected = try model(body, times) } catch {
            // The model counts what a message would take in memory; here nothing is built that could take much.
            if error.description.contains("far more memory") { return }
            expected = nil
        }
        let admission = try? kind.admit(body, times, rowLimit: .max)
        #expect((admission == nil) == (expected == nil), "\(body)")
        guard let admission, let expected else { return tally.refused += 1 }
        tally.taken += 1
        #expect(admission.count == expected.count, "\(body)")
        #expect(admission.rejections == expected.rejections, "\(body)")
        let request = StoredRequest(arrival: Samples.start, body: body)
        let blocks = kind.blocks(of: [request], retention: Self.retention)
        #expect(blocks.map(\.body) == expected.blocks, "\(body)")
    }

    @Test("Spans become the same rows as through the model, or are refused alike", arguments: [8, 60, 1_000])
    func spans(rarity: Int) {
        var hostile = Hostile(generator: SplitMix64(seed: UInt64(rarity)), time: Samples.start, rarity: rarity)
        var tally = Tally()
        for _ in 0..<3_000 { compare(Spans.self, hostile.request(Hostile.spans), ModelRows.spans, &tally) }
        #expect(tally.taken > 100)
        #expect(tally.refused > 100 || rarity == 1_000)
    }

    @Test("Log records become the same rows as through the model, or are refused alike", arguments: [8, 60, 1_000])
    func logs(rarity: Int) {
        var hostile = Hostile(generator: SplitMix64(seed: UInt64(rarity)), time: Samples.start, rarity: rarity)
        var tally = Tally()
        for _ in 0..<3_000 { compare(LogRecords.self, hostile.request(Hostile.logs), ModelRows.logs, &tally) }
        #expect(tally.taken > 100)
        #expect(tally.refused > 100 || rarity == 1_000)
    }

    @Test("A request that is cut off anywhere, or has any byte changed, fares as through the model")
    func damaged() {
        var generator = SplitMix64(seed: 7)
        let spans = Samples.spans(1...2).encodeProtobuf()
        let logs = Samples.logs([Samples.record(1)]).encodeProtobuf()
        var tally = Tally()
        for end in spans.indices { compare(Spans.self, Array(spans[..<end]), ModelRows.spans, &tally) }
        for end in logs.indices { compare(LogRecords.self, Array(logs[..<end]), ModelRows.logs, &tally) }
        for _ in 0..<5 {
            for index in spans.indices {
                var body = spans
                body[index] = .random(in: 0...255, using: &generator)
                compare(Spans.self, body, ModelRows.spans, &tally)
            }
            for index in logs.indices {
                var body = logs
                body[index] = .random(in: 0...255, using: &generator)
                compare(LogRecords.self, body, ModelRows.logs, &tally)
            }
        }
        #expect(tally.taken > 100 && tally.refused > 100)
    }

    @Test("Values nest as deep as the model allows, and no deeper")
    func depth() {
        var tally = Tally()
        for (levels, leaf) in (20...40).flatMap({ levels in [(levels, AnyValue.int(1)), (levels, .string("text"))] }) {
            let list = (0..<levels).reduce(leaf) { inner, _ in .array([inner]) }
            let object = (0..<levels).reduce(leaf) { inner, _ in .keyValues([KeyValue(key: "k", value: inner)]) }
            for value in [list, object] {
                var span = Samples.span(1)
                span.attributes = [KeyValue(key: "deep", value: value)]
                compare(Spans.self, Samples.spans([span]).encodeProtobuf(), ModelRows.spans, &tally)
                span.attributes = []
                span.events = [SpanEvent(attributes: [KeyValue(key: "deep", value: value)])]
                compare(Spans.self, Samples.spans([span]).encodeProtobuf(), ModelRows.spans, &tally)
                var record = Samples.record(1)
                record.body = value
                compare(LogRecords.self, Samples.logs([record]).encodeProtobuf(), ModelRows.logs, &tally)
            }
        }
        #expect(tally.taken > 20 && tally.refused > 20)
    }

    @Test("An item with more attributes, events or links than an item may have is refused")
    func tooMany() {
        let attributes = [KeyValue](repeating: KeyValue(key: "", value: .int(1)), count: WireAttribute.limit + 1)
        var spans = [Span](repeating: Samples.span(1), count: 3)
        spans[0].attributes = attributes
        spans[1].events = [
            SpanEvent(attributes: Array(attributes[..<40_000])), SpanEvent(attributes: Array(attributes[..<40_000])),
        ]
        spans[2].links = [SpanLink](repeating: SpanLink(), count: WireAttribute.limit + 1)
        for span in spans {
            let body = Samples.spans([span]).encodeProtobuf()
            #expect(throws: AdmissionError.malformed(WireError.tooMany.description)) {
                try Spans.admit(body, times, rowLimit: .max)
            }
        }
        spans[0].attributes.removeLast()
        #expect(throws: Never.self) {
            try Spans.admit(Samples.spans([spans[0]]).encodeProtobuf(), times, rowLimit: .max)
        }
    }
}
