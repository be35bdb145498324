import OTLP

/// What is said about an error (OpenTelemetry semantic conventions, Exceptions).
enum ExceptionAttributes {
    static func attributes(of error: any Error) -> [KeyValue] {
        [
            KeyValue("exception.type", .string(String(reflecting: type(of: error)))),
            KeyValue("exception.message", .string(String(describing: error))),
        ]
    }
}
