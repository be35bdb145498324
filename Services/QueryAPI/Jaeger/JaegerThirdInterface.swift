import HTTPCore
import HTTPTypes
import TextCoding

/// Jaeger's third JSON API (`/api/v3`): the messages of its gRPC API as JSON.
enum JaegerThirdInterface: QueryInterface {
    static let name = "jaeger_v3"

    static func response(to failure: QueryFailure) -> Response {
        let status = JaegerInterface.status(of: failure)
        var bytes = Array("{\"error\":{\"httpCode\":\(status.code),\"message\":".utf8)
        JSONText.append(failure.message, to: &bytes)
        bytes.append(contentsOf: "}}".utf8)
        return Response(status: status, headers: [.contentType: "application/json"], body: .bytes(bytes))
    }
}
