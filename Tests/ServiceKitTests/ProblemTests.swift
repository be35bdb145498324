import HTTPCore
import HTTPTypes
import Logging
import ServiceKit
import Testing

@Suite("Problem details")
struct ProblemTests {
    struct Line: Codable, Equatable {
        struct Item: Codable, Equatable {
            let quantity: Int
        }
        let items: [Item]
    }

    private static let misfit = "must be a whole number that is not too large"

    @Test(
        "name the field that is wrong",
        arguments: [
            (#"{"items":[{"quantity":"two"}]}"#, "items[0].quantity", "must be a whole number"),
            (#"{"items":[{}]}"#, "items[0].quantity", "is required"),
            (#"{"items":null}"#, "items", "must not be null"),
            (#"{"items":5}"#, "items", "must be an array"),
            (#"{"items":[{"quantity":1},{"quantity":1.5}]}"#, "items[1].quantity", misfit),
            (#"{"weight":0.5,"items":[{"quantity":1e30}]}"#, "items[0].quantity", misfit),
            (#"{"items":[{"quantity":99999999999999999999}]}"#, "items[0].quantity", misfit),
        ]
    )
    func invalidFields(body: String, path: String, message: String) {
        #expect(throws: Problem.invalid(path, message)) { try JSON.decode(Line.self, from: Array(body.utf8)) }
    }

    @Test("tell malformed from invalid", arguments: ["", "{", "[1,", "nul"])
    func malformed(body: String) {
        #expect(throws: Problem.malformed("The body is not JSON.")) {
            try JSON.decode(Line.self, from: Array(body.utf8))
        }
    }

    private func answer(_ handler: @escaping Handler, path: String = "/x") async throws -> (Response, ProblemDocument?)
    {
        var router = Router()
        router.use(ProblemDetails(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        router.get("/x", handler)
        let response = try await router.respond(to: Request(method: .get, target: path), context: RequestContext())
        guard case .bytes(let body) = response.body else { return (response, nil) }
        return (response, try JSON.decode(ProblemDocument.self, from: body))
    }

    @Test(
        "log a refused call as the client's doing, and a failed one as an error",
        arguments: [
            (ServiceCallError.refused(service: "back", status: .notFound, problem: nil), Logger.Level.info),
            (.refused(service: "back", status: .badGateway, problem: nil), .error),
            (.deadlineExceeded(service: "back"), .error), (.unreachable(service: "back", reason: "gone"), .error),
            (.unreadable(service: "back"), .error),
        ]
    )
    func levels(error: ServiceCallError, level: Logger.Level) {
        #expect(error.logLevel == level)
    }

    struct Secret: Error { let password = "hunter2" }

    @Test("answer an unexpected error without its cause")
    func unexpected() async throws {
        let (response, document) = try await answer { _, _ in throw Secret() }
        #expect(response.head.status == .internalServerError)
        #expect(document?.detail?.contains("hunter2") == false)
    }

    @Test("answer what nobody routes")
    func notFound() async throws {
        let (response, document) = try await answer({ _, _ in Response(status: .ok) }, path: "/y")
        #expect(response.head.status == .notFound)
        #expect(response.head.headerFields[.contentType] == "application/problem+json")
        #expect(document?.status == 404)
    }
}
