import Glibc
import Metrics
import ServiceLifecycle

/// Reports this process's memory and CPU time every few seconds (OpenTelemetry process metrics).
struct ProcessMetrics: Service {
    /// How often the process is looked at.
    var interval: Duration = .seconds(5)

    func run() async throws {
        let interval = interval
        try? await cancelWhenGracefulShutdown {
            let memory = Gauge(label: "process.memory.usage")
            let user = FloatingPointCounter(label: "process.cpu.time", dimensions: [("cpu.mode", "user")])
            let system = FloatingPointCounter(label: "process.cpu.time", dimensions: [("cpu.mode", "system")])
            var last = CPUTime.now
            while true {
                if let bytes = ResidentMemory.now?.bytes { memory.record(bytes) }
                let now = CPUTime.now
                user.increment(by: max(0, now.user - last.user))
                system.increment(by: max(0, now.system - last.system))
                last = now
                try await Task.sleep(for: interval)
            }
        }
    }
}

/// How much of a process is in physical memory.
public struct ResidentMemory: Sendable {
    /// Bytes of resident memory.
    public let bytes: Int

    /// This process now, or `nil` where `/proc` is not there.
    public static var now: ResidentMemory? {
        guard let file = fopen("/proc/self/statm", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        return ResidentMemory(bytes: pages * Int(sysconf(Int32(_SC_PAGESIZE))))
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
