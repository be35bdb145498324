import FoundationEssentials
public import MessageStream
public import ServiceKit
import TextCoding

/// The stream that inventory-service keeps of the orders it is sent.
struct InventoryStream: StreamWriter {
    let service: ServiceClient

    var system: String { "sqlite" }
    var name: String { "orders" }

    struct Message: Encodable {
        let id: String
        let key: String
        let headers: [String: String]
        /// Base64, since a stream knows nothing of what it carries.
        let body: Data
    }

    struct Place: Decodable {
        let partition: Int
        let offset: String
    }

    func append(_ message: StreamMessage) async throws -> StreamPosition {
        let place = try await service.post(
            "/streams/\(PercentCoding.encode(name))/messages",
            template: "/streams/{stream}/messages",
            json: Message(id: message.id, key: message.key, headers: message.headers, body: Data(message.body)),
            as: Place.self
        )
        return StreamPosition(partition: place.partition, offset: place.offset)
    }
}

extension ServiceCallError: MessageError {}
