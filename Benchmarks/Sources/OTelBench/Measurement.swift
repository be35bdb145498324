import CAllocationCounter
import Glibc

/// Prints one figure as a JSON line.
func report(_ name: String, _ value: Double, _ unit: String, _ detail: String = "") {
    let rounded = value >= 100 ? "\(Int(value.rounded()))" : "\((value * 100).rounded() / 100)"
    print(#"{"name":"\#(name)","value":\#(rounded),"unit":"\#(unit)","detail":"\#(detail)"}"#)
}

func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// The time of one call: the best of several rounds, since other work on the machine only ever adds to it.
@inline(__always)
func timePerCall(_ count: Int = 200_000, rounds: Int = 15, _ body: () -> Void) -> Double {
    for _ in 0..<(count / 10) { body() }
    var times: [Double] = []
    for _ in 0..<rounds {
        let start = nanoseconds()
        for _ in 0..<count { body() }
        times.append(Double(nanoseconds() - start) / Double(count))
    }
    return times.min() ?? 0
}

/// How many heap allocations one call makes on this thread.
func allocationsPerCall(_ count: Int = 10_000, _ body: () -> Void) -> Double {
    for _ in 0..<count { body() }
    let before = allocation_count_of_thread()
    for _ in 0..<count { body() }
    return Double(allocation_count_of_thread() - before) / Double(count)
}
