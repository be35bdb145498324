import CurlHTTP
import Glibc
import LoadEngine
import SeededRandom
import ServiceLifecycle
import Synchronization

/// One run: the load beside its progress lines, then the summary.
final class ExportService: Service {
    let plan: ExportSummary.Plan
    let receiver: Receiver
    let progress: Double
    let seed: UInt64
    private let control = LoadControl()
    private let result = Mutex<ExportSummary?>(nil)

    init(plan: ExportSummary.Plan, receiver: Receiver, progress: Double, seed: UInt64) {
        self.plan = plan
        self.receiver = receiver
        self.progress = progress
        self.seed = seed
    }

    /// The run in figures, once it is over.
    var summary: ExportSummary? { result.withLock { $0 } }

    func run() async throws {
        await withGracefulShutdownHandler {
            await send()
        } onGracefulShutdown: {
            self.control.stop()
        }
    }

    private func send() async {
        var system = SystemRandomNumberGenerator()
        let id = system.next()
        let run = "otlp-load-\(String(id, radix: 36))"
        let templates = TemplatePool { [plan, receiver, seed] number in
            TelemetryTemplate.of(
                receiver.signal,
                records: plan.batch,
                attributes: plan.attributes,
                run: run,
                prefix: receiver.prefix,
                seed: SplitMix64.mix(seed &+ number)
            )
        }
        templates.fill(plan.workers)
        let sample = templates.take()
        let bytes = sample.body.count
        templates.giveBack(sample)

        let duration = Int64.seconds(plan.duration)
        let began = Instant.now
        let report = LoadReport(began: began, classes: [plan.signal])
        let load = ExportLoad(
            receiver,
            report: report,
            workers: plan.workers,
            templates: templates,
            key: IDKey(id),
            records: plan.batch,
            end: began + duration
        )
        let loop = OpenLoop(
            load,
            report: report,
            schedule: ArrivalSchedule(profile: .constant(plan.rate / Double(plan.batch)), spacing: .even, seed: seed),
            duration: duration,
            control: control
        )
        await withTaskGroup { group in
            group.addTask { await self.tell(load, report) }
            await loop.start(from: began)
            group.cancelAll()
        }
        let summary = ExportSummary(
            run: run,
            plan: plan,
            // The last start that is due comes before the end, which counts unless the run was stopped.
            elapsed: control.isStopping ? report.elapsed : max(report.elapsed, plan.duration),
            records: load.recordCounts,
            bodyBytes: bytes,
            state: report.final
        )
        result.withLock { $0 = summary }
        receiver.client.shutdown()
        if let error = report.current.lastError { Self.tell("the last request without an answer: \(error)") }
    }

    private func tell(_ load: ExportLoad, _ report: LoadReport) async {
        guard progress > 0 else { return }
        var before = (elapsed: 0.0, records: RecordCounts())
        while (try? await Task.sleep(for: .seconds(progress))) != nil {
            let (elapsed, counts, state) = (report.elapsed, load.recordCounts, report.current)
            let rate = Double(counts.acknowledged - before.records.acknowledged) / (elapsed - before.elapsed)
            let time = state.total.responseTime
            Self.tell(
                "\(Int(elapsed)) s, \(counts.sent) sent, \(Int(rate)) a second acknowledged, \(counts.refused) refused, "
                    + "\(counts.unanswered) unanswered, \(state.inFlight) requests in flight; "
                    + "p50 \(Milliseconds.text(time.percentile(50))), p99 \(Milliseconds.text(time.percentile(99)))"
            )
            before = (elapsed, counts)
        }
    }

    /// Says a line on standard error, so that standard output has the result alone.
    static func tell(_ line: String) {
        let bytes = Array("otlp-load: \(line)\n".utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
