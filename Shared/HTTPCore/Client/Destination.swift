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
        guard let authority = request.authority, let parsed = Authority(authority), parsed.port != 0 else {
            throw .invalidRequest("the authority is not host:port, with a port from 1 to 65535.")
        }
        guard RequestSerializer.isSafe(target: request.path ?? "/") else {
            throw .invalidRequest("the path has a character that must be percent-encoded.")
        }
        self.init(host: parsed.host, port: parsed.port ?? 80, authority: authority)
    }
}
