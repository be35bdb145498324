import Hummingbird
import Logging

/// `GET /json` on Hummingbird, with the body and the fields of `HTTPPlainServer`.
@main
struct HummingbirdPlainServerMain {
    static let body = ByteBuffer(
        string: #"{"id":"sku-1","name":"Field notebook","price":1250,"currency":"EUR","stock":37}"#
    )

    static func main() async throws {
        let router = Router()
        router.get("/json") { _, _ in
            Response(status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
        }
        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8080
        var logger = Logger(label: "hummingbird")
        logger.logLevel = .error
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            logger: logger
        )
        try await application.runService()
    }
}
