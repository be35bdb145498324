import CurlHTTP
import Glibc
import LoadEngine
import Synchronization

/// The load: a request of telemetry at each start.
final class ExportLoad: Workload {
    /// How long a request that is due waits for a free worker.
    static let patience: Duration = .seconds(30)

    let receiver: Receiver
    let report: LoadReport
    private let slots: ConnectionSlots
    private let templates: TemplatePool
    private let key: IDKey
    private let records: Int
    /// When the load is over: what was not sent by then is not sent.
    private let end: Instant?
    private let counts = Mutex(RecordCounts())

    init(
        _ receiver: Receiver,
        report: LoadReport,
        workers: Int,
        templates: TemplatePool,
        key: IDKey,
        records: Int,
        end: Instant?
    ) {
        self.receiver = receiver
        self.report = report
        slots = ConnectionSlots(workers)
        self.templates = templates
        self.key = key
        self.records = records
        self.end = end
    }

    /// What became of the records so far.
    var recordCounts: RecordCounts { counts.withLock { $0 } }

    func visitClass(_ visit: UInt64) -> String { receiver.signal.rawValue }

    func perform(_ visit: UInt64, user: Int?, due: Instant) async {
        let left = end.map { Duration.nanoseconds($0 - .now) } ?? Self.patience
        // A free worker is no reason to send what comes after the end.
        guard left > .zero, await slots.acquire(within: min(left, Self.patience)) else {
            counts.withLock { $0.unsent += records }
            note(due: due, started: .now, .failure(.noConnection), isExpected: false, error: nil)
            return
        }
        var template = templates.take()
        template.prepare(key, request: visit, now: Self.now)
        let started = Instant.now
        do throws(CurlError) {
            let answer = try await receiver.send(template.body)
            count(answer)
            note(
                due: due,
                started: started,
                .status(answer.status),
                isExpected: answer.isTaken && answer.rejected == 0,
                error: nil
            )
        } catch {
            counts.withLock { $0.unanswered += records }
            note(due: due, started: started, .failure(Self.failure(error)), isExpected: false, error: error)
        }
        templates.giveBack(template)
        slots.release()
    }

    private func count(_ answer: ReceiverAnswer) {
        counts.withLock { counts in
            guard answer.isTaken else {
                counts.refused += records
                return
            }
            let rejected = min(max(0, answer.rejected), records)
            counts.acknowledged += records - rejected
            counts.rejected += rejected
        }
    }

    private func note(
        due: Instant,
        started: Instant,
        _ outcome: RequestOutcome,
        isExpected: Bool,
        error: CurlError?
    ) {
        report.record(
            RequestSample(
                visitClass: receiver.signal.rawValue,
                step: "export",
                due: due,
                started: started,
                ended: .now,
                outcome: outcome,
                isExpected: isExpected
            ),
            error: error
        )
        if isExpected { report.completed(receiver.signal.rawValue) }
    }

    private static func failure(_ error: CurlError) -> RequestOutcome.Failure {
        switch error {
        case .timedOut: .timeout
        case .unreachable, .tls: .closed
        case .responseTooLarge: .tooLarge
        case .tooManyTransfers: .noConnection
        case .cancelled, .shutDown: .cancelled
        case .invalidRequest: .other
        }
    }

    /// Nanoseconds since 1970.
    private static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
