/// Attributes that the semantic conventions make numbers.
///
/// The tables keep the text of a value and not its type. A text is a number again only where the conventions say so and
/// where nothing is lost by it.
enum AttributeTypes {
    private static let integers: Set<String> = [
        "http.response.status_code", "http.status_code", "http.request.resend_count", "http.request.body.size",
        "http.response.body.size", "server.port", "client.port", "network.peer.port", "network.local.port",
        "net.peer.port", "net.host.port", "rpc.grpc.status_code", "db.response.returned_rows",
        "db.operation.batch.size", "messaging.batch.message_count", "messaging.message.body.size", "process.pid",
        "thread.id", "code.line.number", "code.lineno",
    ]

    /// The number that a value is, or `nil`.
    static func integer(_ value: String, of key: String) -> Int64? {
        guard integers.contains(key), let number = Int64(value), "\(number)" == value else { return nil }
        return number
    }
}
