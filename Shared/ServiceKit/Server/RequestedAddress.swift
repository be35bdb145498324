/// The host and port that a client asked for, as `server.address` and `server.port` want them.
struct RequestedAddress: Equatable {
    let host: String
    let port: Int

    /// Reads the Host field or `:authority`: a name, an IPv4 address, or an IPv6 address in brackets, with or without a
    /// port (RFC 9110, section 7.2). Without a port it is 80, plain HTTP's own.
    init?(_ authority: String?) {
        guard let authority, !authority.isEmpty else { return nil }
        let text = authority.utf8
        var hostEnd = text.endIndex
        var port = 80
        if let colon = text.lastIndex(of: UInt8(ascii: ":")), !text[colon...].contains(UInt8(ascii: "]")) {
            let digits = authority[text.index(after: colon)...]
            guard digits.isEmpty || Int(digits).map((0...65_535).contains) == true else { return nil }
            port = Int(digits) ?? 80
            hostEnd = colon
        }
        var host = authority[..<hostEnd]
        if host.utf8.first == UInt8(ascii: "["), host.utf8.last == UInt8(ascii: "]") {
            host = host.dropFirst().dropLast()
        }
        guard !host.isEmpty else { return nil }
        self.host = String(host)
        self.port = port
    }
}
