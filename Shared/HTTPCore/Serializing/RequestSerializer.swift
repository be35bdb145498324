import HTTPTypes

/// Writes request heads (RFC 9112, section 3).
enum RequestSerializer {
    private static let ownFields: Set<HTTPField.Name> = [
        .contentLength, .transferEncoding, .connection, FieldSection.host,
    ]

    /// Appends a whole head in origin form.
    ///
    /// - Parameter length: The size of the body; without one for methods that have none.
    static func append(_ request: HTTPRequest, authority: String, length: Int, to output: inout [UInt8]) {
        output.append(contentsOf: request.method.rawValue.utf8)
        output.append(Octet.space)
        output.append(contentsOf: (request.path ?? "/").utf8)
        output.append(contentsOf: " HTTP/1.1\r\nhost: ".utf8)
        output.append(contentsOf: authority.utf8)
        output.append(contentsOf: "\r\n".utf8)
        for field in request.headerFields where !ownFields.contains(field.name) {
            ResponseSerializer.append(field, to: &output)
        }
        if length > 0 || request.method == .post || request.method == .put || request.method == .patch {
            output.append(contentsOf: "content-length: ".utf8)
            ResponseSerializer.appendDecimal(length, to: &output)
            output.append(contentsOf: "\r\n".utf8)
        }
        output.append(contentsOf: "\r\n".utf8)
    }

    /// Whether a target can stand in a request line without ending it or splitting it.
    static func isSafe(target: String) -> Bool {
        target.utf8.first == Octet.slash && target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
