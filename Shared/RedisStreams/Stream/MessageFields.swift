import MessageStream

/// A message as the fields of an entry of a Redis stream.
enum MessageFields {
    private static let header = "header."

    /// Fields and values in turn.
    static func of(_ message: StreamMessage) -> [[UInt8]] {
        let headers = message.headers.sorted { $0.key < $1.key }.flatMap { [header + $0.key, $0.value] }
        return (["id", message.id, "key", message.key] + headers + ["body"]).map { Array($0.utf8) } + [message.body]
    }

    /// The message of an entry. Anybody may have put it there: what is missing is empty, so that whoever processes it
    /// says that it cannot be read, and the stream goes on.
    static func message(_ fields: [RESPValue], entry: String) -> StreamMessage {
        var (id, key, body) = (entry, "", [UInt8]())
        var headers: [String: String] = [:]
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            let value = fields[index + 1]
            switch fields[index].text {
            case "id": id = value.text ?? entry
            case "key": key = value.text ?? ""
            case "body": if case .bytes(let bytes) = value { body = bytes }
            case .some(let name) where name.hasPrefix(header) && headers.count < 16:
                headers[String(name.dropFirst(header.count))] = value.text
            default: break
            }
        }
        return StreamMessage(id: id, key: key, headers: headers, body: body)
    }
}
