public import HTTPCore
public import HTTPTypes

/// An error that the caller is told about, as problem details (RFC 9457).
///
/// Throw it from a handler. ``ProblemDetails`` turns it into the response and adds the trace id; any other error
/// becomes a 500 that does not reveal its cause.
public struct Problem: Error, Sendable, Equatable {
    /// One field of the request that cannot be accepted.
    public struct InvalidField: Sendable, Equatable, Codable {
        /// Where it is in the body: member names joined by dots, array positions in brackets.
        public let path: String
        /// What is expected there.
        public let message: String

        /// Creates a note about one field.
        public init(path: String, message: String) {
            self.path = path
            self.message = message
        }
    }

    /// The status of the response.
    public var status: HTTPResponse.Status
    /// A short summary of the kind of problem; the status's reason phrase by default.
    public var title: String
    /// What happened in this request and what to do about it.
    public var detail: String?
    /// The fields that are wrong, for a 422.
    public var invalidFields: [InvalidField]
    /// Further response fields, such as `Retry-After`.
    public var headers: HTTPFields

    /// Creates a problem; the title defaults to the status's reason phrase.
    public init(
        _ status: HTTPResponse.Status,
        title: String? = nil,
        detail: String? = nil,
        invalidFields: [InvalidField] = [],
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.title = title ?? status.reasonPhrase
        self.detail = detail
        self.invalidFields = invalidFields
        self.headers = headers
    }

    /// 400: the request cannot be read at all.
    public static func malformed(_ detail: String) -> Problem {
        Problem(.badRequest, title: "Malformed request", detail: detail)
    }

    /// 422: the request can be read, but a field's value cannot be accepted.
    public static func invalid(_ path: String, _ message: String) -> Problem {
        Problem(
            .unprocessableContent,
            title: "Invalid field",
            detail: "\(path): \(message)",
            invalidFields: [InvalidField(path: path, message: message)]
        )
    }

    /// 404: there is no resource with this identifier.
    public static func notFound(_ detail: String) -> Problem {
        Problem(.notFound, detail: detail)
    }

    /// 409: the request conflicts with the state of the resource.
    public static func conflict(_ detail: String) -> Problem {
        Problem(.conflict, detail: detail)
    }

    /// 503: try again after the given whole seconds.
    public static func unavailable(_ detail: String, retryAfter seconds: Int) -> Problem {
        Problem(.serviceUnavailable, detail: detail, headers: [.retryAfter: String(seconds)])
    }

    /// The response that carries this problem and the trace to look it up by.
    public func response(traceID: String?) -> Response {
        let document = ProblemDocument(
            type: "about:blank",
            title: title,
            status: status.code,
            detail: detail,
            errors: invalidFields.isEmpty ? nil : invalidFields,
            traceID: traceID
        )
        var response = Response(status: status, headers: headers, body: .bytes(JSON.encode(document)))
        response.head.headerFields[.contentType] = ProblemDocument.mediaType
        return response
    }
}

/// The members of a problem document (RFC 9457, section 3), with this suite's two extensions.
public struct ProblemDocument: Codable, Sendable, Equatable {
    /// `application/problem+json`.
    public static let mediaType = "application/problem+json"

    /// A URI that names the kind of problem; `about:blank` when the status says it all.
    public var type: String
    /// The kind of problem in a few words.
    public var title: String
    /// The response's status code.
    public var status: Int
    /// What happened in this request.
    public var detail: String?
    /// Extension: the fields that are wrong.
    public var errors: [Problem.InvalidField]?
    /// Extension: the trace in which it happened, 32 hexadecimal digits.
    public var traceID: String?

    private enum CodingKeys: String, CodingKey {
        case type, title, status, detail, errors
        case traceID = "trace_id"
    }
}
