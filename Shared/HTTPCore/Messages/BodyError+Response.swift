import HTTPTypes

extension BodyError: HTTPResponseError {
    /// 413, 408 or 400.
    public func response() -> Response {
        let status: HTTPResponse.Status =
            switch self {
            case .tooLarge: .contentTooLarge
            case .timedOut: .requestTimeout
            case .incomplete, .malformed, .unavailable: .badRequest
            }
        return .problem(status, detail: description)
    }
}
