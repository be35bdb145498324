import ServiceKit
import TextCoding

/// What the shop asks of inventory-service.
struct InventoryClient: Sendable {
    let service: ServiceClient

    /// A product as inventory-service tells it and the shop passes it on.
    struct Product: Codable, Sendable {
        let id: String
        let name: String
        let description: String
        let category: String
        let price: Int
        let currency: String
        let stock: Int
    }

    struct ProductList: Codable, Sendable {
        let products: [Product]
        let total: Int
    }

    struct Availability: Decodable, Sendable {
        let available: Bool
        let stock: Int
        let name: String
        let category: String
        let price: Int
        let currency: String
    }

    struct Reservation: Decodable, Sendable {
        let reservationID: String
        let status: String

        enum CodingKeys: String, CodingKey {
            case reservationID = "reservation_id"
            case status
        }
    }

    struct Item: Encodable {
        let productID: String
        let quantity: Int

        enum CodingKeys: String, CodingKey {
            case productID = "product_id"
            case quantity
        }
    }

    struct ReservationOrder: Encodable {
        let orderID: String
        let items: [Item]

        enum CodingKeys: String, CodingKey {
            case orderID = "order_id"
            case items
        }
    }

    func products(query: String) async throws -> ProductList {
        try await service.get(query.isEmpty ? "/products" : "/products?\(query)", template: "/products")
    }

    func product(_ id: String) async throws -> Product {
        try await service.get("/products/\(PercentCoding.encode(id))", template: "/products/{id}")
    }

    func availability(of productID: String, quantity: Int) async throws -> Availability {
        try await service.post("/check-availability", json: Item(productID: productID, quantity: quantity))
    }

    func reserve(_ lines: [Cart.Line], orderID: String) async throws -> Reservation {
        let items = lines.map { Item(productID: $0.productID, quantity: $0.quantity) }
        return try await service.post("/reserve", json: ReservationOrder(orderID: orderID, items: items))
    }

    func commit(_ reservationID: String) async throws -> Reservation {
        try await service.post(
            "/reservations/\(PercentCoding.encode(reservationID))/commit",
            template: "/reservations/{id}/commit",
            json: [String: String]()
        )
    }

    func release(_ reservationID: String) async throws -> Reservation {
        try await service.post(
            "/reservations/\(PercentCoding.encode(reservationID))/release",
            template: "/reservations/{id}/release",
            json: [String: String]()
        )
    }
}
