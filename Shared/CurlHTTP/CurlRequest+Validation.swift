extension CurlRequest {
    /// Where the request goes. Values that would break out of their place in it are refused.
    func validated() throws(CurlError) -> CurlURL {
        guard Self.isToken(method) else { throw .invalidRequest("the method is not a token (RFC 9110 §9.1).") }
        guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw .invalidRequest("the URL has a space or a control character; percent-encode it.")
        }
        guard ["http://", "https://"].contains(where: { url.lowercased().hasPrefix($0) }) else {
            throw .invalidRequest("the URL does not begin with http:// or https://.")
        }
        guard let url = CurlURL(url) else { throw .invalidRequest("the URL has no valid host or port.") }
        for field in headers {
            guard Self.isToken(field.name) else {
                throw .invalidRequest("the name of a header field is not a token (RFC 9110 §5.1).")
            }
            guard !field.value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
                throw .invalidRequest("the header field \(field.name) has a control character.")
            }
            guard !["content-length", "transfer-encoding", "expect"].contains(field.name.lowercased()) else {
                throw .invalidRequest("the header field \(field.name) is the client's own business; leave it out.")
            }
        }
        return url
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(octet)
                }
            }
    }
}
