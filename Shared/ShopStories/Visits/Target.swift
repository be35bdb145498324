package import HTTPCore
import HTTPTypes
import LoadEngine
package import ServiceKit

/// What is under load: the shop, and inventory-service for the reports of the back office.
package struct Target: Sendable {
    /// The most of an answer that is read, in bytes.
    private static let maximumAnswer = 4 << 20

    package let shop: Origin
    let inventory: Origin
    let client: HTTPClient
    /// How long a client waits for an answer.
    let patience: Duration = .seconds(10)
    private let shopAuthority: String
    private let inventoryAuthority: String

    package init(shop: Origin, inventory: Origin, client: HTTPClient) {
        self.shop = shop
        self.inventory = inventory
        self.client = client
        shopAuthority = shop.authority
        inventoryAuthority = inventory.authority
    }

    /// The answer to one request, read to its end.
    struct Answer: Sendable {
        let status: Int
        let fields: HTTPFields
        let body: [UInt8]

        /// The trace that the answer names in its `traceresponse` field (W3C Trace Context Level 2, section 4).
        var traceID: String? {
            guard let field = fields[.traceResponse], field.utf8.count >= 55, field.hasPrefix("00-") else { return nil }
            return String(field.dropFirst(3).prefix(32))
        }
    }

    /// What is asked for a kind of request.
    func origin(_ service: PlannedRequest.Service) -> Origin {
        switch service {
        case .shop: shop
        case .inventory: inventory
        }
    }

    /// Sends one request and reads the answer to its end.
    ///
    /// - Throws: `HTTPClientError`, `CancellationError`.
    func send(_ planned: PlannedRequest, id: RequestID, cookies: CookieJar) async throws -> Answer {
        let response = try await client.execute(head(planned, id, cookies), body: Array(planned.body.utf8))
        return Answer(
            status: response.head.status.code,
            fields: response.head.headerFields,
            body: try await response.body.collect(upTo: Self.maximumAnswer)
        )
    }

    /// Sends one request a few bytes at a time, on a connection of its own, and reads the answer.
    ///
    /// - Throws: `HTTPClientError`, `CancellationError`.
    func send(
        _ planned: PlannedRequest,
        id: RequestID,
        cookies: CookieJar,
        slowlyOver time: Duration
    ) async throws -> Answer {
        let bytes = wireBytes(planned, id, cookies)
        let connection = try await connect(planned)
        let pieces = 12
        for index in 0..<pieces {
            let piece = bytes[bytes.count * index / pieces..<bytes.count * (index + 1) / pieces]
            try await connection.write(Array(piece))
            try await Task.sleep(for: time / pieces)
        }
        return try RawAnswer(await connection.readToEnd(upTo: Self.maximumAnswer)).answer
    }

    /// Sends one request on a connection of its own and resets that at once.
    ///
    /// - Throws: `HTTPClientError`, `CancellationError`, when it could not even be sent.
    func sendAndReset(_ planned: PlannedRequest, id: RequestID, cookies: CookieJar) async throws {
        let connection = try await connect(planned)
        try await connection.write(wireBytes(planned, id, cookies))
        connection.reset()
    }

    /// What the shop sells now, in the order of the products' ids.
    ///
    /// - Throws: `HTTPClientError`, `CancellationError`; a ``ServiceKit/Problem`` when the answer is no catalogue.
    package func catalogue() async throws -> Catalogue {
        let planned = PlannedRequest.get("catalogue", "/products")
        let response = try await client.execute(head(planned, nil, CookieJar()))
        let body = try await response.body.collect(upTo: Self.maximumAnswer)
        let catalogue = try JSON.decode(Catalogue.self, from: body)
        return Catalogue(products: catalogue.products.sorted { $0.id < $1.id })
    }

    private func head(_ planned: PlannedRequest, _ id: RequestID?, _ cookies: CookieJar) -> HTTPRequest {
        var request = HTTPRequest(
            method: planned.method,
            scheme: "http",
            authority: planned.service == .shop ? shopAuthority : inventoryAuthority,
            path: planned.target
        )
        request.headerFields[.userAgent] = "faultline-data-generator"
        if let id { request.headerFields[.requestID] = id.description }
        if let cookie = cookies.field { request.headerFields[.cookie] = cookie }
        if !planned.body.isEmpty { request.headerFields[.contentType] = "application/json" }
        return request
    }

    private func connect(_ planned: PlannedRequest) async throws -> ByteConnection {
        let origin = origin(planned.service)
        return try await ByteConnection.connect(host: origin.host, port: origin.port, lasting: patience)
    }

    /// The same request as ``send(_:id:cookies:)`` sends, and the wish that the connection be closed after it.
    private func wireBytes(_ planned: PlannedRequest, _ id: RequestID, _ cookies: CookieJar) -> [UInt8] {
        let head = head(planned, id, cookies)
        var text = "\(planned.method.rawValue) \(planned.target) HTTP/1.1\r\n"
        text += "host: \(origin(planned.service).authority)\r\nconnection: close\r\n"
        for field in head.headerFields { text += "\(field.name.rawName): \(field.value)\r\n" }
        if !planned.body.isEmpty { text += "content-length: \(planned.body.utf8.count)\r\n" }
        return Array((text + "\r\n" + planned.body).utf8)
    }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name("X-Request-Id")!
    static let traceResponse = HTTPField.Name("traceresponse")!
}
