import HTTPCore
import OTLP

/// What becomes of a request whose body has arrived, whichever protocol brought it: it is expanded, decoded, looked at
/// item by item, and written to its log.
///
/// All work in proportion to a body's size is done on threads of its own: an event loop has other connections to serve.
struct Intake<Kind: Telemetry>: Sendable {
    /// A body as it arrived.
    struct Body: Sendable {
        let bytes: [UInt8]
        let coding: ContentCoding
        let encoding: OTLPEncoding
    }

    let lane: Lane<Kind>
    let transport: Transport
    let statistics: Statistics
    /// Makes the spans of requests, if there are any.
    let tracing: SelfTracing?
    /// How large a body may be once it is expanded.
    let maximumRequestBytes: Int

    var budget: MemoryBudget { lane.budget }

    private var reception: Statistics.Reception { .init(signal: Kind.signal, transport: transport) }

    /// Counts a request that was not taken.
    ///
    /// - Parameter bodyBytes: The size of its body, as far as the head says.
    func refusedRequest(_ refusal: Refusal, bodyBytes: Int? = nil) {
        statistics.refusedRequest(reception, refusal)
        if refusal == .full { statistics.refusedUnread(bodyBytes: bodyBytes ?? 0, reception) }
    }

    /// Refuses a request of which only the head is known, when it could not be kept; its body needs not be read then.
    ///
    /// - Parameter length: The size of the body, as far as the head says.
    func admit(_ length: Int?) throws(Refusal) {
        if let length, length > maximumRequestBytes { throw .tooLarge(limit: maximumRequestBytes) }
        if let error = lane.log.gauge.refusal(of: length ?? 0) {
            statistics.refusedUnread(bodyBytes: length ?? 0, reception)
            throw Refusal(error)
        }
    }

    /// Takes a request. When this returns, the log has it.
    ///
    /// - Parameter reservation: What holds the bytes of the body.
    /// - Returns: The items that cannot be stored.
    func take(_ body: Body, _ reservation: inout Reservation) async throws(Refusal) -> Rejections {
        let span = tracing?.request(Kind.signal, by: transport, in: body.encoding)
        do throws(Refusal) {
            let admission = try await keep(body, &reservation)
            span?.end(admission)
            return admission.rejections
        } catch {
            span?.fail(error)
            throw error
        }
    }

    private func keep(_ body: Body, _ reservation: inout Reservation) async throws(Refusal) -> Admission {
        let arrival = UInt64.now
        let (admission, protobuf) = try await admit(body, arrival, &reservation)
        if admission.count > 0 {
            do throws(LogError) {
                let isKept = try await lane.log.append(
                    WriteAheadLog.Submission(
                        request: StoredRequest(arrival: arrival, body: protobuf),
                        items: admission.count,
                        rowBytes: admission.rowBytes
                    )
                )
                if isKept { reservation.handOver(protobuf.count) }
            } catch {
                statistics.refused(admission.count, reception)
                throw Refusal(error)
            }
        }
        statistics.accepted(admission.count, reception, bytes: body.bytes.count)
        statistics.rejected(admission.rejections, reception)
        return admission
    }

    /// Looks at everything in a request; what can be stored, and the request in protobuf.
    private func admit(
        _ body: Body,
        _ arrival: UInt64,
        _ reservation: inout Reservation
    ) async throws(Refusal) -> (Admission, [UInt8]) {
        try await withTaskExecutorPreference(ComputeExecutor.shared) { () async throws(Refusal) in
            let expanded = try body.coding.expand(body.bytes, upTo: maximumRequestBytes)
            let held = reservation.bytes + (body.coding == .identity ? 0 : expanded.count)
            let protobuf = try protobuf(expanded, body.encoding, held, &reservation)
            do throws(BudgetError) { try reservation.grow(to: held + Kind.cost(of: protobuf)) } catch {
                throw Refusal(error)
            }
            defer { reservation.shrink(to: held) }
            do throws(AdmissionError) {
                let times = StorableTimes(arrival: arrival, retention: lane.retention)
                return (try Kind.admit(protobuf, times, rowLimit: budget.capacity), protobuf)
            } catch {
                switch error {
                case .malformed(let reason): throw .undecodable(reason)
                case .tooManyBytes(let items):
                    statistics.refused(items, reception)
                    throw .tooLarge(limit: budget.capacity)
                }
            }
        }
    }

    /// The request in protobuf, whatever it came in: the log has one encoding.
    private func protobuf(
        _ bytes: [UInt8],
        _ encoding: OTLPEncoding,
        _ held: Int,
        _ reservation: inout Reservation
    ) throws(Refusal) -> [UInt8] {
        guard encoding == .json else { return bytes }
        do throws(BudgetError) {
            try reservation.grow(to: held + DecodingCost.estimate(bytes, in: .json, for: Kind.signal))
        } catch {
            throw Refusal(error)
        }
        do throws(OTLPDecodingError) {
            return try Kind.Message(json: bytes).encodeProtobuf()
        } catch {
            throw .undecodable(error.description)
        }
    }
}
