import FoundationEssentials
import HTTPCore
import HTTPTypes
import Logging
import MessageStream
import ServiceKit

/// `POST /streams/{stream}/messages`: takes a message into the stream; the answer says where it is.
struct StreamRoutes: Sendable {
    let stream: any StreamWriter
    let logger: Logger

    func add(to router: inout Router) {
        router.post("/streams/{stream}/messages") { request, context in
            guard context.parameters["stream"] == stream.name else {
                throw Problem.notFound("There is no such stream.")
            }
            let document = try await request.json(MessageDocument.self)
            do {
                let position = try await stream.append(try document.message())
                return .json(PlaceDocument(position), status: .created)
            } catch let error as StreamFull {
                logger.error("The stream is full", metadata: ["stream.limit": "\(error.limit)"])
                throw Problem.unavailable(
                    "The stream takes nothing more in until its consumers catch up.",
                    retryAfter: 1
                )
            }
        }
    }
}

/// A message as it is sent.
struct MessageDocument: Codable, Sendable {
    let id: String
    let key: String
    let headers: [String: String]
    /// In base64.
    let body: Data

    /// - Throws: A 422 that names the field.
    func message() throws -> StreamMessage {
        for (field, value) in [("id", id), ("key", key)] where !(1...128).contains(value.unicodeScalars.count) {
            throw Problem.invalid(field, "must be 1 to 128 characters long")
        }
        guard headers.count <= 16,
            headers.allSatisfy({ $0.key.unicodeScalars.count <= 128 && $0.value.unicodeScalars.count <= 8_192 })
        else {
            throw Problem.invalid("headers", "must have at most 16 elements of at most 8,192 characters each")
        }
        return StreamMessage(id: id, key: key, headers: headers, body: Array(body))
    }
}

/// Where a message is.
struct PlaceDocument: Codable, Sendable {
    let partition: Int
    let offset: String

    init(_ position: StreamPosition) {
        partition = position.partition
        offset = position.offset
    }
}
