/// What a client of HTTP/2 sends first (RFC 9113, section 3.4): something that HTTP/1.1 takes for a request's head, with
/// `SM` and an empty line after it.
enum HTTP2Preface {
    /// Whether a head that HTTP/1.1 found is the beginning of the preface.
    static func isHead(_ head: UnsafeBufferPointer<UInt8>) -> Bool {
        // Most requests are decided by their second octet: GET, POST.
        head.count == 18 && head[1] == UInt8(ascii: "R") && head.elementsEqual("PRI * HTTP/2.0\r\n\r\n".utf8)
    }
}
