import OTLP

/// Points of metrics: `ExportMetricsServiceRequest`, and rows of the five tables of metrics.
///
/// They are far fewer than spans and more diverse, and go through the OTLP model.
enum MetricPoints: Telemetry {
    typealias Message = ExportMetricsServiceRequest

    static let signal = Signal.metricPoints

    static func cost(of body: [UInt8]) -> Int { DecodingCost.estimate(body, in: .protobuf, for: signal) }

    static func admit(
        _ body: [UInt8],
        _ times: StorableTimes,
        rowLimit: Int
    ) throws(AdmissionError) -> Admission {
        let message: Message
        do throws(OTLPDecodingError) {
            message = try Message(protobuf: body)
        } catch {
            throw .malformed(error.description)
        }
        let batch = MetricBatch(message, times)
        guard batch.estimatedSize <= rowLimit else { throw .tooManyBytes(items: batch.count) }
        return Admission(count: batch.count, rejections: batch.rejections, rowBytes: batch.estimatedSize)
    }

    static func blocks(of requests: [StoredRequest], retention: Int) -> [TableBlock] {
        // What was decoded before it was stored is not malformed.
        let batches = requests.compactMap { request in
            (try? Message(protobuf: request.body)).map {
                MetricBatch($0, StorableTimes(arrival: request.arrival, retention: retention))
            }
        }
        var gauges = GaugeRows()
        var sums = SumRows()
        var histograms = HistogramRows()
        var exponentialHistograms = ExponentialHistogramRows()
        var summaries = SummaryRows()
        for batch in batches {
            for entry in batch.gauges { gauges.append(entry.data, of: entry.metric, from: entry.source) }
            for entry in batch.sums { sums.append(entry.data, of: entry.metric, from: entry.source) }
            for entry in batch.histograms { histograms.append(entry.data, of: entry.metric, from: entry.source) }
            for entry in batch.exponentialHistograms {
                exponentialHistograms.append(entry.data, of: entry.metric, from: entry.source)
            }
            for entry in batch.summaries { summaries.append(entry.data, of: entry.metric, from: entry.source) }
        }
        return [
            TableBlock(gauges), TableBlock(sums), TableBlock(histograms), TableBlock(exponentialHistograms),
            TableBlock(summaries),
        ].compactMap(\.self)
    }
}
