import OTLP
import Testing

@testable import Collector

@Suite("Which items can be stored")
struct AdmissionTests {
    private static let second: UInt64 = 1_000_000_000
    private static let day = 86_400 * second
    private let times = StorableTimes(arrival: Samples.start, retention: 30 * 86_400)
    /// The end of `DateTime`, less thirty days.
    private let latest = (UInt64(UInt32.max) - 30 * 86_400) * second

    /// The times in the first column of a block, which both tables have there.
    private func times(_ block: TableBlock?) throws -> [UInt64] {
        let block = try #require(block)
        let names = [9] + Array("Timestamp".utf8) + [13] + Array("DateTime64(9)".utf8)
        let start = 2 + names.count
        #expect(Array(block.body[2..<start]) == names)
        return (0..<block.rowCount).map { row in
            block.body[(start + row * 8)..<(start + row * 8 + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    private func stored(_ message: some OTLPBody) -> StoredRequest {
        StoredRequest(arrival: Samples.start, body: message.encodeProtobuf())
    }

    @Test("A span without a beginning takes its end, else the time of arrival")
    func spanTimes() throws {
        var ended = Samples.span(1)
        (ended.startTime, ended.endTime) = (0, Samples.start + 7)
        var timeless = Samples.span(2)
        (timeless.startTime, timeless.endTime) = (0, 0)
        let request = stored(Samples.spans([ended, timeless, Samples.span(3)]))
        let admission = try Spans.admit(request.body, times, rowLimit: .max)
        #expect(admission.count == 3)
        #expect(admission.rejections == Rejections())
        let blocks = Spans.blocks(of: [request, request], retention: 30 * 86_400)
        let expected = [Samples.start + 7, Samples.start, Samples.start + 3]
        #expect(try times(blocks.first) == expected + expected)
    }

    @Test("A log record without a time takes its observed time, else the time of arrival")
    func logTimes() throws {
        let records = [LogRecord(observedTime: 5 + Samples.start), LogRecord(), Samples.record(3)]
        let blocks = LogRecords.blocks(of: [stored(Samples.logs(records))], retention: 30 * 86_400)
        #expect(try times(blocks.first) == [Samples.start + 5, Samples.start, Samples.start + 3])
    }

    @Test("A point without a time takes the time of arrival, whatever its kind")
    func pointTimes() {
        let batch = MetricBatch(
            Samples.metrics([
                Metric(name: "a", data: .gauge(Gauge(dataPoints: [NumberDataPoint()]))),
                Metric(name: "b", data: .sum(Sum(dataPoints: [NumberDataPoint()]))),
                Metric(name: "c", data: .histogram(Histogram(dataPoints: [HistogramDataPoint()]))),
                Metric(
                    name: "d",
                    data: .exponentialHistogram(
                        ExponentialHistogram(dataPoints: [ExponentialHistogramDataPoint()])
                    )
                ),
                Metric(name: "e", data: .summary(Summary(dataPoints: [SummaryDataPoint()]))),
            ]),
            times
        )
        let stored = [
            batch.gauges[0].data.dataPoints[0].time, batch.sums[0].data.dataPoints[0].time,
            batch.histograms[0].data.dataPoints[0].time, batch.exponentialHistograms[0].data.dataPoints[0].time,
            batch.summaries[0].data.dataPoints[0].time,
        ]
        #expect(stored == Array(repeating: Samples.start, count: 5))
        #expect(batch.count == 5)
    }

    @Test("What the tables would delete at once is rejected, for its reason")
    func rejections() throws {
        let old = Samples.start - 30 * Self.day - 1
        let times: [UInt64] = [old, old + 1, latest, latest + 1, 4_323_283_200_000_000_000, .max, 1]
        let spans = times.enumerated().map { index, time in
            var span = Samples.span(index + 1)
            span.startTime = time
            return span
        }
        let records = times.map { LogRecord(time: $0) }
        let points = Metric(name: "m", data: .gauge(Gauge(dataPoints: times.map { NumberDataPoint(time: $0) })))
        let found = [
            try Spans.admit(Samples.spans(spans).encodeProtobuf(), self.times, rowLimit: .max).rejections,
            try LogRecords.admit(Samples.logs(records).encodeProtobuf(), self.times, rowLimit: .max).rejections,
            try MetricPoints.admit(Samples.metrics([points]).encodeProtobuf(), self.times, rowLimit: .max).rejections,
        ]
        let blocks = Spans.blocks(of: [stored(Samples.spans(spans))], retention: 30 * 86_400)
        #expect(try self.times(blocks.first) == [old + 1, latest])
        for rejections in found { #expect(rejections.counts == [.tooOld: 2, .tooFarAhead: 3]) }
        #expect(
            found[0].message
                == "2 are older than the tables keep rows. "
                + "3 have a time in the next century, which the tables cannot keep."
        )
    }

    @Test("Records of a session replay are told from others in the same scope")
    func replays() throws {
        var replay = Samples.record(2)
        replay.attributes = [KeyValue(key: "rr-web.event", value: .double(1))]
        let request = stored(Samples.logs([Samples.record(1), replay, Samples.record(3)]))
        let blocks = LogRecords.blocks(of: [request], retention: 30 * 86_400)
        #expect(blocks.map(\.table) == [.logs, .replays])
        #expect(try times(blocks.first) == [Samples.start + 1, Samples.start + 3])
        #expect(try times(blocks.last) == [Samples.start + 2])
    }

    @Test("A request whose rows would take more than allowed is refused as a whole")
    func tooManyBytes() {
        let body = Samples.spans(1...10).encodeProtobuf()
        #expect(throws: AdmissionError.tooManyBytes(items: 10)) { try Spans.admit(body, times, rowLimit: 2_000) }
    }
}
