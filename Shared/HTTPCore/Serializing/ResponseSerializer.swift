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

    /// Fields that the server sets itself; a handler's are left out.
    private static let ownFields: Set<HTTPField.Name> = [
        .contentLength, .transferEncoding, .connection, HTTPField.Name("Keep-Alive")!,
    ]

    /// Appends a whole head.
    static func append(
        _ head: HTTPResponse,
        framing: Framing,
        keepsAlive: Bool,
        isHTTP10: Bool,
        date: HTTPDate,
        to output: inout [UInt8]
    ) {
        output.append(contentsOf: "HTTP/1.1 ".utf8)
        appendDecimal(head.status.code, to: &output)
        output.append(Octet.space)
        output.append(contentsOf: head.status.reasonPhrase.utf8)
        output.append(contentsOf: "\r\n".utf8)
        var hasDate = false
        for field in head.headerFields where !ownFields.contains(field.name) {
            if field.name == .date { hasDate = true }
            append(field, to: &output)
        }
        if !hasDate {
            output.append(contentsOf: "date: ".utf8)
            output.append(contentsOf: date.text.utf8)
            output.append(contentsOf: "\r\n".utf8)
        }
        switch framing {
        case .none, .untilClose: break
        case .length(let length):
            output.append(contentsOf: "content-length: ".utf8)
            appendDecimal(length, to: &output)
            output.append(contentsOf: "\r\n".utf8)
        case .chunked: output.append(contentsOf: "transfer-encoding: chunked\r\n".utf8)
        }
        if !keepsAlive {
            output.append(contentsOf: "connection: close\r\n".utf8)
        } else if isHTTP10 {
            output.append(contentsOf: "connection: keep-alive\r\n".utf8)
        }
        output.append(contentsOf: "\r\n".utf8)
    }

    /// Appends a field line. HTTPField checked its value when it was made; nothing in it can end the line.
    static func append(_ field: HTTPField, to output: inout [UInt8]) {
        output.append(contentsOf: field.name.canonicalName.utf8)
        output.append(Octet.colon)
        output.append(Octet.space)
        for octet in field.value.utf8 {
            output.append(Octet.isFieldValue(octet) ? octet : Octet.space)
        }
        output.append(contentsOf: "\r\n".utf8)
    }

    /// Appends one chunk of a chunked body.
    static func appendChunk(_ bytes: [UInt8], to output: inout [UInt8]) {
        output.append(contentsOf: String(bytes.count, radix: 16).utf8)
        output.append(contentsOf: "\r\n".utf8)
        output.append(contentsOf: bytes)
        output.append(contentsOf: "\r\n".utf8)
    }

    static func appendDecimal(_ number: Int, to output: inout [UInt8]) {
        if number >= 10 { appendDecimal(number / 10, to: &output) }
        output.append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
