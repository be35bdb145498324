import HTTPTypes
import Tracing

/// Which header fields become attributes of HTTP spans, as `http.request.header.<name>` and `http.response.header.<name>`.
///
/// None, unless the environment names them. The values of fields that carry credentials are never taken, even when they
/// are named: they show as `REDACTED`.
public struct CapturedHeaders: Sendable {
    /// Fields of requests.
    var request: [Field] = []
    /// Fields of responses.
    var response: [Field] = []

    /// A field, and the attribute that it becomes.
    struct Field: Sendable {
        let name: HTTPField.Name
        let attribute: String
    }

    /// Nothing is captured.
    public static let none = CapturedHeaders()

    /// What `OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS` and `..._RESPONSE_HEADERS` name, separated by
    /// commas, in any case.
    ///
    /// - Throws: ``SettingError`` for what cannot be the name of a field.
    public static func server(_ settings: Settings) throws(SettingError) -> CapturedHeaders {
        try CapturedHeaders(settings, side: "SERVER")
    }

    /// What `OTEL_INSTRUMENTATION_HTTP_CLIENT_CAPTURE_REQUEST_HEADERS` and `..._RESPONSE_HEADERS` name, separated by
    /// commas, in any case.
    ///
    /// - Throws: ``SettingError`` for what cannot be the name of a field.
    public static func client(_ settings: Settings) throws(SettingError) -> CapturedHeaders {
        try CapturedHeaders(settings, side: "CLIENT")
    }

    private init() {}

    private init(_ settings: Settings, side: String) throws(SettingError) {
        request = try Self.fields(settings, "OTEL_INSTRUMENTATION_HTTP_\(side)_CAPTURE_REQUEST_HEADERS", "request")
        response = try Self.fields(settings, "OTEL_INSTRUMENTATION_HTTP_\(side)_CAPTURE_RESPONSE_HEADERS", "response")
    }

    private static func fields(
        _ settings: Settings,
        _ variable: String,
        _ message: String
    ) throws(SettingError) -> [Field] {
        guard let text = settings.string(variable) else { return [] }
        var fields: [Field] = []
        for part in text.split(separator: ",") {
            let trimmed = part.drop { $0 == " " }
            let end = trimmed.lastIndex { $0 != " " }.map { trimmed.index(after: $0) } ?? trimmed.startIndex
            guard let name = HTTPField.Name(String(trimmed[..<end])) else {
                throw SettingError(
                    variable: variable,
                    value: text,
                    allowed: "names of header fields, separated by commas"
                )
            }
            fields.append(Field(name: name, attribute: "http.\(message).header.\(name.canonicalName)"))
        }
        return fields
    }

    /// Adds those of the named fields that are there.
    static func add(_ fields: [Field], of message: HTTPFields, to attributes: inout SpanAttributes) {
        for field in fields {
            let values = message[values: field.name]
            guard !values.isEmpty else { continue }
            attributes[field.attribute] = secret.contains(field.name) ? values.map { _ in "REDACTED" } : values
        }
    }

    private static let secret: Set<HTTPField.Name> = [
        .authorization, .proxyAuthorization, .cookie, .setCookie, HTTPField.Name("x-api-key")!,
    ]
}
