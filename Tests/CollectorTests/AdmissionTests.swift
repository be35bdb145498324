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

    @Test("A span without a beginning takes its end, else the time of arrival")
    func spanTimes() {
        var ended = Samples.span(1)
        (ended.startTime, ended.endTime) = (0, Samples.start + 7)
        var timeless = Samples.span(2)
        (timeless.startTime, timeless.endTime) = (0, 0)
        let batch = SpanBatch(Samples.spans([ended, timeless, Samples.span(3)]), times)
        #expect(
            batch.groups.flatMap { $0.spans.map(\.startTime) } == [Samples.start + 7, Samples.start, Samples.start + 3]
        )
        #expect(batch.count == 3)
        #expect(batch.rejections == Rejections())
    }

    @Test("A log record without a time takes its observed time, else the time of arrival")
    func logTimes() {
        let records = [LogRecord(observedTime: 5 + Samples.start), LogRecord(), Samples.record(3)]
        let batch = LogBatch(Samples.logs(records), times)
        #expect(batch.logs.flatMap { $0.records.map(\.time) } == [Samples.start + 5, Samples.start, Samples.start + 3])
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
    func rejections() {
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
            SpanBatch(Samples.spans(spans), self.times).rejections,
            LogBatch(Samples.logs(records), self.times).rejections,
            MetricBatch(Samples.metrics([points]), self.times).rejections,
        ]
        for rejections in found { #expect(rejections.counts == [.tooOld: 2, .tooFarAhead: 3]) }
        #expect(
            found[0].message
                == "2 are older than the tables keep rows. "
                + "3 have a time in the next century, which the tables cannot keep."
        )
    }

    @Test("Records of a session replay are told from others in the same scope")
    func replays() {
        var replay = Samples.record(2)
        replay.attributes = [KeyValue(key: "rr-web.event", value: .double(1))]
        let batch = LogBatch(Samples.logs([Samples.record(1), replay, Samples.record(3)]), times)
        #expect(batch.logs.map(\.records) == [[Samples.record(1), Samples.record(3)]])
        #expect(batch.replays.map(\.records) == [[replay]])
        #expect(batch.count == 3)
    }
}
