/// A text that has no vector of the current model yet.
struct PendingText: Sendable, Equatable {
    /// What its vector is for.
    enum Subject: Sendable, Equatable {
        /// A template of logs or traces.
        case template(key: UInt64)
        /// An error pattern, in the version that was read.
        case pattern(ErrorPattern)
    }

    let subject: Subject
    let text: String
    /// How long it has been known, in seconds; `nil` where nobody waits.
    let age: Double?

    /// The most bytes of a text that are sent: beyond, no model reads.
    static let longest = 4_000

    /// A text as it may be sent: never empty, bounded, without control characters that some endpoints refuse.
    init(_ subject: Subject, text: String, age: Double? = nil) {
        self.subject = subject
        var kept = ""
        for scalar in text.unicodeScalars.prefix(Self.longest) {
            let isControl = scalar.value < 0x20 || scalar.value == 0x7F
            kept.unicodeScalars.append(isControl ? " " : scalar)
        }
        while kept.utf8.count > Self.longest { kept.unicodeScalars.removeLast() }
        self.text = kept.allSatisfy(\.isWhitespace) ? "(no text)" : kept
        self.age = age
    }

    /// What it is known by while the process runs.
    var name: String {
        switch subject {
        case .template(let key): "t\(key)"
        case .pattern(let pattern): "p\(pattern.serviceName)/\(pattern.errorSignature)/\(pattern.version)"
        }
    }
}
