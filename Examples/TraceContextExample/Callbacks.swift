import Foundation
import HTTPCore
import HTTPTypes
import Logging
import Tracing

/// Calls the URLs of a request, each within a CLIENT span of its own.
struct Callbacks: Sendable {
    private let client = HTTPClient()
    private let logger = Logger(label: "callbacks")

    /// Reads `[{"url": ..., "arguments": ...}]`, posts each `arguments` as JSON to its `url`, and answers 200.
    func respond(to request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        guard let calls = try? JSONSerialization.jsonObject(with: Data(body)) as? [[String: Any]] else {
            return Response(status: .badRequest, body: .text("The body is no JSON array of objects.\n"))
        }
        for call in calls {
            guard let url = (call["url"] as? String).flatMap(URL.init(string:)) else {
                return Response(status: .badRequest, body: .text("A call has no url.\n"))
            }
            let arguments = call["arguments"] ?? []
            guard let json = try? JSONSerialization.data(withJSONObject: arguments) else {
                return Response(status: .badRequest, body: .text("A call's arguments are no JSON.\n"))
            }
            try await post([UInt8](json), to: url)
        }
        return Response(status: .ok)
    }

    private func post(_ body: [UInt8], to url: URL) async throws {
        try await withSpan("POST", ofKind: .client) { span in
            var fields: HTTPFields = [.contentType: "application/json"]
            InstrumentationSystem.instrument.inject(span.context, into: &fields, using: FieldsInjector())
            let authority = "\(url.host() ?? "localhost"):\(url.port ?? 80)"
            let request = HTTPRequest(
                method: .post,
                scheme: "http",
                authority: authority,
                path: url.path().isEmpty ? "/" : url.path() + (url.query().map { "?\($0)" } ?? ""),
                headerFields: fields
            )
            let response = try await client.execute(request, body: body)
            _ = try await response.body.collect(upTo: 1 << 20)
            span.updateAttributes {
                $0["http.request.method"] = "POST"
                $0["server.address"] = url.host() ?? ""
                $0["http.response.status_code"] = response.head.status.code
            }
            logger.info("Called", metadata: ["url.path": "\(url.path())", "status": "\(response.head.status.code)"])
        }
    }
}
