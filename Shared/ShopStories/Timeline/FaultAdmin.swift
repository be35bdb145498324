import HTTPCore
import HTTPTypes
import LoadEngine
package import ServiceKit

/// A client of the services' control listeners, which arm and disarm weaknesses.
package struct FaultAdmin: Sendable {
    private let origins: [IncidentKind.Service: Origin]
    private let token: String
    private let client: HTTPClient

    /// Takes the listeners' addresses and token from the environment: `ADMIN_TOKEN`, and for each service
    /// `SAMPLE_APP_ADMIN_URL`, or port `SAMPLE_APP_ADMIN_PORT` (8010) of this machine; payment-service and
    /// inventory-service alike (`PAYMENT_`, 8011; `INVENTORY_`, 8012).
    ///
    /// - Parameter timeout: How long a listener may take to answer.
    /// - Throws: `SettingError`.
    package init(_ settings: Settings, timeout: Duration = .seconds(5)) throws(SettingError) {
        guard let token = settings.string("ADMIN_TOKEN") else {
            throw SettingError(
                variable: "ADMIN_TOKEN",
                value: nil,
                allowed: "the token that the services were started with, since this scenario lays their weaknesses bare"
            )
        }
        self.token = token
        let listeners: [(service: IncidentKind.Service, prefix: String, port: Int)] = [
            (.shop, "SAMPLE_APP", 8010), (.payment, "PAYMENT", 8011), (.inventory, "INVENTORY", 8012),
        ]
        var origins: [IncidentKind.Service: Origin] = [:]
        for listener in listeners {
            let port = try settings.port("\(listener.prefix)_ADMIN_PORT", default: listener.port)
            origins[listener.service] = try settings.origin(
                "\(listener.prefix)_ADMIN_URL",
                default: "http://127.0.0.1:\(port)"
            )
        }
        self.origins = origins
        var configuration = HTTPClient.Configuration()
        configuration.requestTimeout = timeout
        configuration.connectTimeout = timeout
        client = HTTPClient(configuration: configuration)
    }

    /// Checks that a weakness can be armed.
    ///
    /// - Throws: ``FaultAdminError``.
    func check(_ control: ControlSwitch) async throws(FaultAdminError) {
        let document = try await send(.get, control)
        if document?.fixed == true {
            throw FaultAdminError(control: control, reason: "the service's configuration makes it impossible")
        }
    }

    /// Arms a weakness for at most so many seconds.
    ///
    /// - Throws: ``FaultAdminError``.
    func arm(_ control: ControlSwitch, intensity: Double, seconds: Int) async throws(FaultAdminError) {
        try await send(.put, control, body: #"{"ttl_s":\#(seconds),"intensity":\#(intensity)}"#)
    }

    /// Disarms a weakness.
    ///
    /// - Throws: ``FaultAdminError``.
    func disarm(_ control: ControlSwitch) async throws(FaultAdminError) {
        try await send(.delete, control)
    }

    /// Closes the connections.
    package func shutdown() async {
        await client.shutdown()
    }

    private struct Document: Decodable {
        let fixed: Bool
    }

    @discardableResult
    private func send(
        _ method: HTTPRequest.Method,
        _ control: ControlSwitch,
        body: String = ""
    ) async throws(FaultAdminError) -> Document? {
        guard let origin = origins[control.service] else { return nil }
        var request = HTTPRequest(
            method: method,
            scheme: "http",
            authority: origin.authority,
            path: "/admin/faults/\(control.name)"
        )
        request.headerFields[.authorization] = "Bearer \(token)"
        if !body.isEmpty { request.headerFields[.contentType] = "application/json" }
        let status: Int
        let bytes: [UInt8]
        do {
            let response = try await client.execute(request, body: Array(body.utf8))
            status = response.head.status.code
            bytes = try await response.body.collect(upTo: 65_536)
        } catch {
            throw FaultAdminError(
                control: control,
                reason: "its control listener at \(origin) does not answer: \(error)"
            )
        }
        switch status {
        case 200: return try? JSON.decode(Document.self, from: bytes)
        case 401: throw FaultAdminError(control: control, reason: "its control listener has another ADMIN_TOKEN")
        case 404: throw FaultAdminError(control: control, reason: "it has no such weakness")
        case 409: throw FaultAdminError(control: control, reason: "the service's configuration makes it impossible")
        default: throw FaultAdminError(control: control, reason: "its control listener answered with \(status)")
        }
    }
}

/// A weakness that cannot be controlled.
package struct FaultAdminError: Error, CustomStringConvertible, Equatable {
    let control: ControlSwitch
    let reason: String

    package var description: String { "\(control.service.rawValue) cannot be given \(control.name): \(reason)." }
}
