import HTTPCore
import HTTPTypes

/// An answer as it came over a bare connection that the server closed after it: a status line, fields, and the rest.
struct RawAnswer {
    let answer: Target.Answer

    /// Takes the bytes apart.
    ///
    /// - Throws: `HTTPClientError`: closed without an answer, or something that is not HTTP/1.1.
    init(_ bytes: [UInt8]) throws {
        guard !bytes.isEmpty else { throw HTTPClientError.connectionClosed(authority: "the peer") }
        let end = bytes.indices.first { bytes[$0...].starts(with: [13, 10, 13, 10]) }
        guard let end else { throw Self.malformed("its head has no end.") }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw Self.malformed("it has no status line.")
        }
        var fields = HTTPFields()
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), let name = HTTPField.Name(String(line[..<colon])) else {
                throw Self.malformed("a field has no name.")
            }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields.append(HTTPField(name: name, value: String(value)))
        }
        answer = Target.Answer(status: status, fields: fields, body: Array(bytes[(end + 4)...]))
    }

    private static func malformed(_ reason: String) -> HTTPClientError {
        .malformedResponse(authority: "the peer", reason: reason)
    }
}
