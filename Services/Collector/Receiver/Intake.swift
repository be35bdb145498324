import HTTPCore
import OTLP

/// What becomes of a request whose body has arrived, whichever protocol brought it: it is expanded, decoded, looked at
/// item by item, and written to its log.
///
/// All work in proportion to a body's size is done on threads of its own: an event loop has other connections to serve.
struct Intake<Batch: TelemetryBatch>: Sendable {
    /// A body as it arrived.
    struct Body: Sendable {
        let bytes: [UInt8]
        let coding: ContentCoding
        let encoding: OTLPEncoding
    }

    /// What a request was found to be.
    private struct Decoded: Sendable {
        let batch: Batch
        /// The request in protobuf.
        let body: [UInt8]
        /// What the decoded request takes.
        let bytes: Int
    }

    let lane: Lane<Batch>
    let statistics: Statistics
    /// How large a body may be once it is expanded.
    let maximumRequestBytes: Int

    var budget: MemoryBudget { lane.budget }

    /// Refuses a request of which only the head is known, when it could not be kept; its body needs not be read then.
    ///
    /// - Parameter length: The size of the body, as far as the head says.
    func admit(_ length: Int?) throws(Refusal) {
        if let length, length > maximumRequestBytes { throw .tooLarge(limit: maximumRequestBytes) }
        if let error = lane.log.gauge.refusal(of: length ?? 0) { throw Refusal(error) }
    }

    /// Takes a request. When this returns, the log has it.
    ///
    /// - Parameter reservation: What holds the bytes of the body.
    /// - Returns: The items that cannot be stored.
    func take(_ body: Body, _ reservation: inout Reservation) async throws(Refusal) -> Rejections {
        let arrival = UInt64.now
        let decoded = try await decode(body, arrival, &reservation)
        let batch = decoded.batch
        do {
            if batch.count > 0 {
                let isKept = try await lane.log.append(
                    WriteAheadLog<Batch>.Submission(
                        arrival: arrival,
                        body: decoded.body,
                        items: batch.count,
                        rowBytes: batch.estimatedSize,
                        content: batch,
                        contentBytes: decoded.bytes
                    )
                )
                if isKept { reservation.handOver(decoded.bytes) }
            }
        } catch {
            statistics.refused(batch.count, Batch.signal)
            throw Refusal(error)
        }
        statistics.accepted(batch.count, Batch.signal)
        statistics.rejected(batch.rejections, Batch.signal)
        return batch.rejections
    }

    private func decode(
        _ body: Body,
        _ arrival: UInt64,
        _ reservation: inout Reservation
    ) async throws(Refusal) -> Decoded {
        try await withTaskExecutorPreference(ComputeExecutor.shared) { () async throws(Refusal) -> Decoded in
            let expanded = try body.coding.expand(body.bytes, upTo: maximumRequestBytes)
            let held = reservation.bytes + (body.coding == .identity ? 0 : expanded.count)
            let cost = DecodingCost.estimate(expanded, in: body.encoding, for: Batch.signal)
            do throws(BudgetError) { try reservation.grow(to: held + cost) } catch { throw Refusal(error) }
            let message: Batch.Message
            do throws(OTLPDecodingError) {
                message = try body.encoding.decode(Batch.Message.self, expanded)
            } catch {
                throw .undecodable(error.description)
            }
            let batch = Batch(message, StorableTimes(arrival: arrival, retention: lane.retention))
            // A resource's attributes stand in each of its rows, so few bytes can become many.
            guard batch.estimatedSize <= budget.capacity else {
                statistics.refused(batch.count, Batch.signal)
                throw .tooLarge(limit: budget.capacity)
            }
            let protobuf = body.encoding == .protobuf ? expanded : message.encodeProtobuf()
            return Decoded(batch: batch, body: protobuf, bytes: cost)
        }
    }
}
