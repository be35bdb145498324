import Glibc
import Synchronization

/// The SDK's own messages: on standard error, never through its own pipeline, and at most a few a minute
/// (OpenTelemetry specification, Error handling).
package enum Diagnostics {
    /// How serious a message is (`OTEL_LOG_LEVEL`).
    package enum Level: Int, Sendable, Comparable, CaseIterable {
        case debug, info, warning, error, none

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    private struct State {
        var threshold = Level.info
        var minute = 0
        var printed = 0
        var suppressed = 0
        var lastDropReport = 0
    }

    private static let maximumPerMinute = 20
    private static let state = Mutex(State())

    /// The least serious level that is printed; `info` by default.
    package static var threshold: Level {
        get { state.withLock { $0.threshold } }
        set { state.withLock { $0.threshold = newValue } }
    }

    /// Prints one line, unless too many were printed in this minute already.
    package static func report(_ level: Level, _ message: @autoclosure () -> String) {
        let minute = time(nil) / 60
        let (isPrinted, suppressed) = state.withLock { state in
            guard level >= state.threshold, state.threshold != .none else { return (false, 0) }
            var suppressed = 0
            if state.minute != minute {
                suppressed = state.suppressed
                state.minute = minute
                state.printed = 0
                state.suppressed = 0
            }
            guard state.printed < maximumPerMinute else {
                state.suppressed += 1
                return (false, suppressed)
            }
            state.printed += 1
            return (true, suppressed)
        }
        if suppressed > 0 { print("\(suppressed) more messages were not printed.") }
        if isPrinted { print(message()) }
    }

    private static func print(_ message: String) {
        var line = "opentelemetry: \(message)\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// Says that telemetry is being dropped, once a minute; the counts are in the SDK's metrics.
    static func reportDrop(_ noun: String) {
        let minute = time(nil) / 60
        let isDue = state.withLock { state in
            defer { state.lastDropReport = minute }
            return state.lastDropReport != minute
        }
        if isDue {
            report(
                .warning,
                "Some \(noun) are dropped: they are made faster than they are exported, and the queue is full."
            )
        }
    }
}
