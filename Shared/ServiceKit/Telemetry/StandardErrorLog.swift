import Glibc
import Logging
import Synchronization

/// Writes log records to standard error, a line each, as swift-log's `StreamLogHandler` does.
///
/// That one asks for the time zone's file and formats the date with each record, which costs as much as the record's way
/// to the telemetry. Here the date is formatted once a second.
struct StandardErrorLog: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let descriptor: Int32

    /// - Parameter descriptor: Where the lines go; standard error by default.
    init(label: String, level: Logger.Level, descriptor: Int32 = STDERR_FILENO) {
        self.label = label
        self.descriptor = descriptor
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = SecondText.now
        line += " \(event.level) "
        line += label
        line += ":"
        for (key, value) in fields(of: event) {
            line += " "
            line += key
            line += "="
            line += value.description
        }
        line += " ["
        line += event.source
        line += "] "
        line += event.message.description
        line += "\n"
        write(line)
    }

    /// What the event says, then what the provider says, then what the logger says, sorted by key.
    private func fields(of event: LogEvent) -> [(key: String, value: Logger.Metadata.Value)] {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { _, new in new } }
        if let own = event.metadata { fields.merge(own) { _, new in new } }
        if let error = event.error {
            fields["error.message"] = "\(error)"
            fields["error.type"] = "\(String(reflecting: type(of: error)))"
        }
        return fields.sorted { $0.key < $1.key }
    }

    /// In one call, so that lines of several threads do not mix.
    private func write(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                guard count > 0 else {
                    if count < 0, errno == EINTR { continue }
                    return
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }
}

/// The current second as local time, such as `2026-03-01T12:00:00+0100`.
private enum SecondText {
    private struct Known {
        var second = -1
        var text = ""
    }

    private static let known = Mutex(Known())

    static var now: String {
        let second = time(nil)
        return known.withLock { known in
            if known.second != second { known = Known(second: second, text: format(second)) }
            return known.text
        }
    }

    private static func format(_ second: time_t) -> String {
        var second = second
        var parts = tm()
        guard localtime_r(&second, &parts) != nil else { return "<unknown>" }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            let count = strftime(text.baseAddress!, text.count, "%Y-%m-%dT%H:%M:%S%z", &parts)
            return String(decoding: UnsafeRawBufferPointer(text).prefix(count), as: UTF8.self)
        }
    }
}
