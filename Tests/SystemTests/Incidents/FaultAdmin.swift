import HTTPCore
import HTTPTypes

/// The control listeners of one suite.
struct FaultAdmin: Sendable {
    static let token = "k7Qz-token-of-the-incident-tests"

    private let ports = Dictionary(
        uniqueKeysWithValues: zip(
            ["SAMPLE_APP_ADMIN_PORT", "PAYMENT_ADMIN_PORT", "INVENTORY_ADMIN_PORT"],
            FreePorts.find(3)
        )
    )
    private let client = HTTPClient()

    /// What the suite's processes are told.
    var environment: [String: String] {
        ports.mapValues { String($0) }.merging(["ADMIN_TOKEN": Self.token]) { port, _ in port }
    }

    /// Arms an incident; returns the status.
    func arm(_ incident: Incident, seconds: Int) async throws -> Int {
        let intensity = incident.intensity.map { #","intensity":\#($0)"# } ?? ""
        return try await send(.put, incident, #"{"ttl_s":\#(seconds)\#(intensity)}"#)
    }

    /// Ends an incident's trigger; returns the status.
    func disarm(_ incident: Incident) async throws -> Int {
        try await send(.delete, incident, "")
    }

    private func send(_ method: HTTPRequest.Method, _ incident: Incident, _ body: String) async throws -> Int {
        var request = HTTPRequest(
            method: method,
            scheme: "http",
            authority: "127.0.0.1:\(ports[incident.portVariable] ?? 0)",
            path: "/admin/faults/\(incident.name)"
        )
        request.headerFields[.authorization] = "Bearer \(Self.token)"
        if !body.isEmpty { request.headerFields[.contentType] = "application/json" }
        let response = try await client.execute(request, body: Array(body.utf8))
        _ = try await response.body.collect(upTo: 1 << 16)
        return response.head.status.code
    }
}
