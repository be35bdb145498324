import Foundation
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

    /// Whether an incident is armed right now; `nil` when its service does not say.
    func isArmed(_ incident: Incident) async throws -> Bool? {
        let response = try await exchange(.get, incident, "")
        return response.status == 200
            ? try JSONDecoder().decode(State.self, from: Data(response.body)).armed : nil
    }

    private struct State: Decodable {
        let armed: Bool
    }

    /// Arms an incident again where its process was started anew, and so knows nothing of a trigger that still lasts.
    func keepArmed(_ incident: Incident, seconds: Int) async throws {
        // A process on its way up does not answer yet; it is asked again soon.
        guard let response = try? await exchange(.get, incident, ""), response.status == 200 else { return }
        guard try JSONDecoder().decode(State.self, from: Data(response.body)).armed == false else { return }
        _ = try? await arm(incident, seconds: seconds)
    }

    private func send(_ method: HTTPRequest.Method, _ incident: Incident, _ body: String) async throws -> Int {
        try await exchange(method, incident, body).status
    }

    private func exchange(
        _ method: HTTPRequest.Method,
        _ incident: Incident,
        _ body: String
    ) async throws -> (status: Int, body: [UInt8]) {
        var request = HTTPRequest(
            method: method,
            scheme: "http",
            authority: "127.0.0.1:\(ports[incident.portVariable] ?? 0)",
            path: "/admin/faults/\(incident.name)"
        )
        request.headerFields[.authorization] = "Bearer \(Self.token)"
        if !body.isEmpty { request.headerFields[.contentType] = "application/json" }
        let response = try await client.execute(request, body: Array(body.utf8))
        return (response.head.status.code, try await response.body.collect(upTo: 1 << 16))
    }
}
