import Glibc
import Synchronization

/// The SDK's own messages: on standard error, never through its own pipeline, and at most a few each minute.
enum Diagnostics {
    private struct State {
        var minute: Int = 0
        var printed = 0
        var suppressed = 0
    }

    private static let maximumPerMinute = 10
    private static let state = Mutex(State())

    /// Prints one line, unless too many were printed in this minute already.
    static func report(_ message: String) {
        let minute = time(nil) / 60
        let lines: String? = state.withLock { state in
            var lines = ""
            if state.minute != minute {
                if state.suppressed > 0 { lines = "opentelemetry: \(state.suppressed) more messages like these\n" }
                state = State(minute: minute)
            }
            guard state.printed < maximumPerMinute else {
                state.suppressed += 1
                return nil
            }
            state.printed += 1
            return lines + "opentelemetry: \(message)\n"
        }
        if let lines {
            let bytes = Array(lines.utf8)
            _ = write(STDERR_FILENO, bytes, bytes.count)
        }
    }
}
