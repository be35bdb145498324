import Tracing

/// What spans say of a message (OpenTelemetry semantic conventions for messaging spans).
enum MessageAttributes {
    static func add(_ message: StreamMessage, of stream: any MessageStream, to attributes: inout SpanAttributes) {
        attributes["messaging.system"] = stream.system
        attributes["messaging.destination.name"] = stream.name
        attributes["messaging.message.id"] = message.id
        attributes["messaging.message.body.size"] = message.body.count
        if let server = stream.server {
            attributes["server.address"] = server.host
            attributes["server.port"] = server.port
        }
    }

    /// The conventions know an offset of Kafka's alone, so ours has a name of our own.
    static func add(_ position: StreamPosition, to attributes: inout SpanAttributes) {
        attributes["messaging.destination.partition.id"] = String(position.partition)
        attributes["app.message.offset"] = position.offset
    }

    /// A word of a small set, for `error.type`.
    static func errorType(_ error: any Error) -> String {
        (error as? any MessageError)?.errorType ?? String(describing: type(of: error))
    }
}

/// An error that knows its `error.type`.
public protocol MessageError: Error {
    /// A word of a small set.
    var errorType: String { get }
    /// Whether the message will never be processed, however often it is tried.
    var isFinal: Bool { get }
}

extension MessageError {
    /// It may go well the next time.
    public var isFinal: Bool { false }
}
