import HTTPTypes

/// Where a request goes, taken from its authority.
struct Destination {
    let host: String
    let port: Int
    /// `host:port` as the Host field has it.
    let authority: String

    init(host: String, port: Int, authority: String) {
        (self.host, self.port, self.authority) = (host, port, authority)
    }

    init(_ request: HTTPRequest) throws(HTTPClientError) {
        guard request.scheme == nil || request.scheme == "http" else {
            throw .invalidRequest("the scheme is not http.")
        }
        guard let authority = request.authority, !authority.isEmpty,
            authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != Octet.slash && $0 != UInt8(ascii: "@") })
        else { throw .invalidRequest("the authority is not host:port.") }
        guard RequestSerializer.isSafe(target: request.path ?? "/") else {
            throw .invalidRequest("the path has a character that must be percent-encoded.")
        }
        self.authority = authority

        let afterHost = authority.lastIndex(of: "]") ?? authority.startIndex
        if let colon = authority[afterHost...].lastIndex(of: ":") {
            guard let port = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(port) else {
                throw .invalidRequest("the port is not a number from 1 to 65535.")
            }
            self.port = port
            host = String(authority[..<colon]).trimmingBrackets
        } else {
            port = 80
            host = authority.trimmingBrackets
        }
    }
}

extension String {
    fileprivate var trimmingBrackets: String {
        hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : self
    }
}
