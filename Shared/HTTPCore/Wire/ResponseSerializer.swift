import HTTPTypes

/// Writes response heads (RFC 9112, sections 4 to 6).
enum ResponseSerializer {
    /// The framing of a response's body on the wire.
    enum Framing: Equatable {
        /// No body and no length, as 204, 304 and 1xx want it.
        case none
        /// So many bytes.
        case length(Int)
        /// Chunks.
        case chunked
        /// Until the connection closes, for HTTP/1.0 clients.
        case untilClose
    }

    /// Appends a whole head.
    static func append(
        _ head: HTTPResponse,
        framing: Framing,
        keepsAlive: Bool,
        isHTTP10: Bool,
        date: HTTPDate,
        to output: inout some ByteSink
    ) {
        appendStatusLine(head.status, to: &output)
        var hasDate = false
        for field in head.headerFields where !isServers(field.name.canonicalName) {
            if field.name.canonicalName == "date" { hasDate = true }
            output.append(field)
        }
        if !hasDate {
            output.append("date: ")
            output.append(date.text)
            output.append("\r\n")
        }
        switch framing {
        case .none, .untilClose: break
        case .length(let length):
            output.append("content-length: ")
            output.appendDecimal(length)
            output.append("\r\n")
        case .chunked: output.append("transfer-encoding: chunked\r\n")
        }
        if !keepsAlive {
            output.append("connection: close\r\n")
        } else if isHTTP10 {
            output.append("connection: keep-alive\r\n")
        }
        output.append("\r\n")
    }

    private static func appendStatusLine(_ status: HTTPResponse.Status, to output: inout some ByteSink) {
        if status.code == 200, status.reasonPhrase == "OK" {
            output.append("HTTP/1.1 200 OK\r\n")
            return
        }
        output.append("HTTP/1.1 ")
        output.appendDecimal(status.code)
        output.append(" ")
        output.append(status.reasonPhrase)
        output.append("\r\n")
    }

    /// Whether the server sets the field itself; a handler's is left out.
    private static func isServers(_ name: String) -> Bool {
        switch name.utf8.count {
        case 10: name == "connection" || name == "keep-alive"
        case 14: name == "content-length"
        case 17: name == "transfer-encoding"
        default: false
        }
    }
}
