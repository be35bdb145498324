import HTTPTypes

/// The head of a response (RFC 9112, sections 4 and 6), with what the client's connection must know of it.
struct ResponseHead {
    var response: HTTPResponse
    var version: HTTPVersion
    var framing: BodyFraming
    var keepsAlive: Bool

    /// Parses a whole head: status line, field lines, empty line.
    ///
    /// - Parameter method: What was asked; the answer to HEAD has no body.
    init(
        _ bytes: UnsafeBufferPointer<UInt8>,
        to method: HTTPRequest.Method,
        limits: MessageLimits
    ) throws(ProtocolError) {
        var lines = LineReader(bytes)
        let line = try lines.next()
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard line.count >= 12, line.part(0..<7).elementsEqual("HTTP/1.".utf8), digits.contains(line[7]),
            line[8] == Octet.space, line.part(9..<12).allSatisfy(digits.contains),
            line.count == 12 || line[12] == Octet.space
        else { throw .bad("The status line is malformed.") }
        let code = line.part(9..<12).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        guard code >= 100 else { throw .bad("The status is out of range.") }

        var section = FieldSection()
        while case let field = try lines.next(), !field.isEmpty {
            try section.append(field, limits: limits)
        }
        // A later minor version is understood as 1.1 (RFC 9110, section 2.5).
        version = line[7] == UInt8(ascii: "0") ? .http10 : .http11
        framing = try Self.framing(section, code: code, method: method)
        keepsAlive =
            framing != .untilClose && !section.closes && (version != .http10 || section.keepsAlive) && code != 101
        response = HTTPResponse(status: HTTPResponse.Status(code: code), headerFields: section.fields)
    }

    private static func framing(
        _ section: FieldSection,
        code: Int,
        method: HTTPRequest.Method
    ) throws(ProtocolError) -> BodyFraming {
        if method == .head || code < 200 || code == 204 || code == 304 { return .none }
        if let coding = section.transferEncoding {
            guard section.contentLength == nil else {
                throw .bad("Content-Length and Transfer-Encoding exclude each other.")
            }
            return coding == .chunked ? .chunked : .untilClose
        }
        switch section.contentLength {
        case nil: return .untilClose
        case 0: return .none
        case let length?: return .length(length)
        }
    }
}
