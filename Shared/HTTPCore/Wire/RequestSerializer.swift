import HTTPTypes

/// Writes request heads (RFC 9112, section 3).
enum RequestSerializer {
    /// Appends a whole head in origin form.
    ///
    /// - Parameter length: The size of the body; without one for methods that have none.
    static func append(_ request: HTTPRequest, authority: String, length: Int, to output: inout some ByteSink) {
        output.append(request.method.rawValue)
        output.append(" ")
        output.append(request.path ?? "/")
        output.append(" HTTP/1.1\r\nhost: ")
        output.append(authority)
        output.append("\r\n")
        for field in request.headerFields where !isClients(field.name.canonicalName) {
            output.append(field)
        }
        if length > 0 || request.method == .post || request.method == .put || request.method == .patch {
            output.append("content-length: ")
            output.appendDecimal(length)
            output.append("\r\n")
        }
        output.append("\r\n")
    }

    /// Whether the client sets the field itself; a caller's is left out.
    private static func isClients(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: name == "host"
        case 10: name == "connection" || name == "keep-alive"
        case 14: name == "content-length"
        case 17: name == "transfer-encoding"
        default: false
        }
    }

    /// Whether a target can stand in a request line without ending it or splitting it.
    static func isSafe(target: String) -> Bool {
        target.utf8.first == Octet.slash && target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
