import Glibc
import Metrics
import ServiceLifecycle
import Synchronization

/// Reports this process's memory and CPU time every few seconds (OpenTelemetry process metrics).
struct ProcessMetrics: Service {
    /// How often the process is looked at.
    var interval: Duration = .seconds(5)

    func run() async throws {
        let memory = Gauge(label: "process.memory.usage")
        let user = FloatingPointCounter(label: "process.cpu.time", dimensions: [("cpu.mode", "user")])
        let system = FloatingPointCounter(label: "process.cpu.time", dimensions: [("cpu.mode", "system")])
        let reported = Mutex(CPUTime.now)
        try await PeriodicWork(every: interval) {
            if let bytes = ResidentMemory.now?.bytes { memory.record(bytes) }
            let now = CPUTime.now
            let last = reported.withLock { reported in
                defer { reported = now }
                return reported
            }
            user.increment(by: max(0, now.user - last.user))
            system.increment(by: max(0, now.system - last.system))
        }
        .run()
    }
}

private struct CPUTime {
    let user: Double
    let system: Double

    static var now: CPUTime {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return CPUTime(user: usage.ru_utime.seconds, system: usage.ru_stime.seconds)
    }
}

extension timeval {
    fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1_000_000 }
}
