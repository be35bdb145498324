import HTTPTypes

/// `METHOD target HTTP/1.x` (RFC 9112, section 3).
struct RequestLine {
    var method: HTTPRequest.Method
    /// The target in origin form; `*` for a server-wide OPTIONS.
    var target: String
    /// The authority that an absolute-form target names; it wins over Host (RFC 9112, 3.2.2).
    var authority: String?
    var minorVersion: Int

    init(_ line: UnsafeBufferPointer<UInt8>, limits: MessageLimits) throws(ProtocolError) {
        guard line.count <= limits.requestLineBytes else {
            throw ProtocolError(status: .uriTooLong, description: "The request line is too long.")
        }
        guard let firstSpace = line.firstIndex(of: Octet.space), let lastSpace = line.lastIndex(of: Octet.space),
            firstSpace > 0, lastSpace > firstSpace + 1
        else { throw .bad("The request line needs a method, a target and a version.") }

        minorVersion = try Self.minorVersion(line.part(lastSpace + 1..<line.count))
        method = try Self.method(line.part(0..<firstSpace))
        (target, authority) = try Self.target(line.part(firstSpace + 1..<lastSpace), method: method)
    }

    private static func minorVersion(_ version: UnsafeBufferPointer<UInt8>) throws(ProtocolError) -> Int {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard version.count == 8, version.part(0..<5).elementsEqual("HTTP/".utf8), digits.contains(version[5]),
            version[6] == Octet.dot, digits.contains(version[7])
        else { throw .bad("The version is not HTTP/1.1.") }
        guard version[5] == UInt8(ascii: "1") else {
            throw ProtocolError(status: .httpVersionNotSupported, description: "Only HTTP/1.1 and HTTP/1.0 are known.")
        }
        return version[7] == UInt8(ascii: "0") ? 0 : 1
    }

    static func method(_ octets: UnsafeBufferPointer<UInt8>) throws(ProtocolError) -> HTTPRequest.Method {
        if octets.elementsEqual("GET".utf8) { return .get }
        if octets.elementsEqual("POST".utf8) { return .post }
        guard octets.allSatisfy(Octet.isToken), let method = HTTPRequest.Method(octets.text) else {
            throw .bad("The method has a character that is not allowed.")
        }
        return method
    }

    /// Checks a target; an absolute one also names an authority.
    static func target(
        _ octets: UnsafeBufferPointer<UInt8>,
        method: HTTPRequest.Method
    ) throws(ProtocolError) -> (target: String, authority: String?) {
        guard method != .connect else {
            throw ProtocolError(status: .notImplemented, description: "This is an origin server, not a proxy.")
        }
        if octets[0] == Octet.slash {
            try check(octets)
            return (octets.text, nil)
        }
        let text = octets.text
        if text == "*" {
            guard method == .options else { throw .bad("Only OPTIONS may ask for *.") }
            return (text, nil)
        }
        let scheme = "http://"
        guard text.count > scheme.count, text.prefix(scheme.count).lowercased() == scheme else {
            throw .bad("The target is neither a path nor an http URI.")
        }
        let rest = octets.part(scheme.count..<octets.count)
        let end = rest.firstIndex { $0 == Octet.slash || $0 == Octet.question } ?? rest.count
        guard end > 0, Authority.isValid(rest.part(0..<end)) else { throw .bad("The target names no host.") }
        let path = rest.part(end..<rest.count)
        try check(path)
        return (path.first == Octet.slash ? path.text : "/" + path.text, rest.part(0..<end).text)
    }

    /// Only what a URI may have (RFC 3986); in the query also what browsers leave as it is there.
    private static func check(_ octets: UnsafeBufferPointer<UInt8>) throws(ProtocolError) {
        var isQuery = false
        for octet in octets {
            let isAllowed =
                switch octet {
                case 0...0x20, 0x7F..., Octet.numberSign, UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"):
                    false
                case UInt8(ascii: "\\"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "}"):
                    isQuery
                default: true
                }
            guard isAllowed else { throw .bad("The target has a character that must be percent-encoded.") }
            if octet == Octet.question { isQuery = true }
        }
    }
}
