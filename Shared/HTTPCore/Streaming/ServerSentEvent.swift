/// An event of a `text/event-stream` (HTML Living Standard, section 9.2).
public struct ServerSentEvent: Sendable, Hashable {
    /// The event's type; `nil` for the default, `message`.
    public var name: String?
    /// The data; line ends in it become lines of the event.
    public var data: String
    /// The id that a client sends back as `Last-Event-ID` when it connects again; `nil` leaves the last one.
    public var id: String?
    /// How long a client waits before it connects again, in milliseconds; `nil` leaves it as it is.
    public var retry: Int?

    /// Creates an event.
    public init(data: String, name: String? = nil, id: String? = nil, retry: Int? = nil) {
        self.data = data
        self.name = name
        self.id = id
        self.retry = retry
    }

    /// The event as it goes on the wire. Line ends in the name and the id, which would end the field, are left out.
    var text: String {
        var text = ""
        if let name { text += "event: \(Self.oneLine(name))\n" }
        if let id { text += "id: \(Self.oneLine(id))\n" }
        if let retry { text += "retry: \(retry)\n" }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: { ["\n", "\r", "\r\n"].contains($0) })
        { text += "data: \(line)\n" }
        return text + "\n"
    }

    private static func oneLine(_ text: String) -> String {
        String(text.filter { !$0.isNewline && $0 != "\0" })
    }
}
