import HTTPTypes

/// The field lines of a head, parsed strictly (RFC 9112, section 5), with what framing needs to know picked out.
struct FieldSection {
    var fields = HTTPFields()
    var contentLength: Int?
    var transferEncoding: TransferEncoding?
    var hostCount = 0
    var host: String?
    var isHostValid = true
    var closes = false
    var keepsAlive = false
    var expectsContinue = false
    var hasUnknownExpectation = false
    private var count = 0

    /// Whether a field is here that must not be in a trailer section (RFC 9110, section 6.5.1).
    var decidesFraming: Bool { contentLength != nil || transferEncoding != nil || hostCount > 0 }

    /// Reads one line, without its line end.
    mutating func append(_ line: UnsafeBufferPointer<UInt8>, limits: MessageLimits) throws(ProtocolError) {
        count += 1
        guard count <= limits.fieldCount else {
            throw ProtocolError(status: .requestHeaderFieldsTooLarge, description: "Too many header fields.")
        }
        guard let colon = line.firstIndex(of: Octet.colon), colon > 0 else {
            throw .bad("A header line has no name.")
        }
        let name = line.part(0..<colon)
        guard name.allSatisfy(Octet.isToken) else { throw .bad("A header name has a character that is not allowed.") }
        let value = line.part(colon + 1..<line.count).withoutOuterWhitespace
        guard value.allSatisfy(Octet.isFieldValue) else {
            throw .bad("A header value has a control character.")
        }
        guard let fieldName = FieldNames.name(name) else { throw .bad("A header name cannot be used.") }
        try interpret(name, value)
        fields.append(HTTPField(name: fieldName, value: value))
    }

    private mutating func interpret(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>
    ) throws(ProtocolError) {
        switch name.count {
        case 4 where name.equalsIgnoringCase("host"):
            hostCount += 1
            host = value.text
            isHostValid = isHostValid && Authority.isValid(value)
        case 6 where name.equalsIgnoringCase("expect"):
            if value.equalsIgnoringCase("100-continue") {
                expectsContinue = true
            } else {
                hasUnknownExpectation = true
            }
        case 10 where name.equalsIgnoringCase("connection"):
            for option in value.split(separator: Octet.comma) {
                let option = UnsafeBufferPointer(rebasing: option).withoutOuterWhitespace
                if option.equalsIgnoringCase("close") { closes = true }
                if option.equalsIgnoringCase("keep-alive") { keepsAlive = true }
            }
        case 14 where name.equalsIgnoringCase("content-length"):
            guard contentLength == nil else { throw .bad("Content-Length is given more than once.") }
            contentLength = try Self.length(value)
        case 17 where name.equalsIgnoringCase("transfer-encoding"):
            guard transferEncoding == nil else { throw .bad("Transfer-Encoding is given more than once.") }
            transferEncoding = TransferEncoding(value)
        default: break
        }
    }

    private static func length(_ value: UnsafeBufferPointer<UInt8>) throws(ProtocolError) -> Int {
        guard !value.isEmpty, value.count <= 18 else { throw .bad("Content-Length is not a number.") }
        var length = 0
        for octet in value {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) else {
                throw .bad("Content-Length is not a number.")
            }
            length = length * 10 + Int(octet - UInt8(ascii: "0"))
        }
        return length
    }
}
