import HTTPCore
import HTTPTypes

extension Assembly {
    /// Serves the service's OpenAPI document at `GET /openapi.json`.
    ///
    /// - Parameter document: The document's bytes, JSON.
    public mutating func exposeOpenAPI(_ document: [UInt8]) {
        router.get("/openapi.json") { _, _ in
            Response(status: .ok, headers: [.contentType: "application/json"], body: .bytes(document))
        }
    }
}
