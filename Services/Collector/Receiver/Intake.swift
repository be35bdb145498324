import OTLP

/// What becomes of a request whose body has arrived, whichever protocol brought it: it is expanded, decoded, looked at
/// item by item, and kept.
///
/// All work in proportion to a body's size is done on threads of its own: an event loop has other connections to serve.
struct Intake: Sendable {
    let pipeline: Pipeline
    /// How large a body may be once it is expanded.
    let maximumRequestBytes: Int
    /// How long the tables keep rows, in seconds.
    let retention: Int

    private var statistics: Statistics { pipeline.statistics }

    /// A body as it arrived.
    struct Body: Sendable {
        let bytes: [UInt8]
        let coding: ContentCoding
        let encoding: OTLPEncoding
    }

    /// Takes spans; what the answer says.
    func takeSpans(
        _ body: Body,
        _ reservation: inout Reservation
    ) async throws(Refusal) -> ExportTraceServiceResponse {
        let batch = try await decode(body, .spans, &reservation) { SpanBatch($0, $1) }
        do {
            try await pipeline.accept(batch, &reservation)
        } catch {
            statistics.refused(batch.count, .spans)
            throw Refusal(error)
        }
        let rejected = count(batch.count, batch.rejections, .spans)
        return ExportTraceServiceResponse(
            partialSuccess: rejected == 0
                ? nil : .init(rejectedSpans: Int64(rejected), errorMessage: batch.rejections.message)
        )
    }

    /// Takes log records; what the answer says.
    func takeLogs(
        _ body: Body,
        _ reservation: inout Reservation
    ) async throws(Refusal) -> ExportLogsServiceResponse {
        let batch = try await decode(body, .logRecords, &reservation) { LogBatch($0, $1) }
        do {
            try await pipeline.accept(batch, &reservation)
        } catch {
            statistics.refused(batch.count, .logRecords)
            throw Refusal(error)
        }
        let rejected = count(batch.count, batch.rejections, .logRecords)
        return ExportLogsServiceResponse(
            partialSuccess: rejected == 0
                ? nil : .init(rejectedLogRecords: Int64(rejected), errorMessage: batch.rejections.message)
        )
    }

    /// Takes metrics; what the answer says.
    func takeMetrics(
        _ body: Body,
        _ reservation: inout Reservation
    ) async throws(Refusal) -> ExportMetricsServiceResponse {
        let batch = try await decode(body, .metricPoints, &reservation) { MetricBatch($0, $1) }
        do {
            try await pipeline.accept(batch, &reservation)
        } catch {
            statistics.refused(batch.count, .metricPoints)
            throw Refusal(error)
        }
        let rejected = count(batch.count, batch.rejections, .metricPoints)
        return ExportMetricsServiceResponse(
            partialSuccess: rejected == 0
                ? nil : .init(rejectedDataPoints: Int64(rejected), errorMessage: batch.rejections.message)
        )
    }

    /// Counts what was taken and what was not; how many were not.
    private func count(_ taken: Int, _ rejections: Rejections, _ signal: Signal) -> Int {
        statistics.accepted(taken, signal)
        statistics.rejected(rejections, signal)
        return rejections.total
    }

    private func decode<Message: OTLPBody, Batch: Sendable>(
        _ body: Body,
        _ signal: Signal,
        _ reservation: inout Reservation,
        _ admit: @Sendable (Message, StorableTimes) -> Batch
    ) async throws(Refusal) -> Batch {
        let times = StorableTimes(arrival: .now, retention: retention)
        return try await withTaskExecutorPreference(WorkerThreads.decoding) { () async throws(Refusal) -> Batch in
            let bytes = try body.coding.expand(body.bytes, upTo: maximumRequestBytes)
            var held = reservation.bytes
            do throws(BudgetError) {
                if body.coding != .identity { held += bytes.count }
                try reservation.grow(to: held + DecodingCost.estimate(bytes, in: body.encoding, for: signal))
            } catch {
                throw Refusal(error)
            }
            let message: Message
            do throws(OTLPDecodingError) {
                message = try body.encoding.decode(Message.self, bytes)
            } catch {
                throw .undecodable(error.description)
            }
            // What the rows take comes instead.
            reservation.shrink(to: held)
            return admit(message, times)
        }
    }
}
