import HTTPCore
import HTTPTypes
import Logging

/// `GET`, `PUT` and `DELETE /admin/faults/{name}`: what an operator does with the weaknesses of one service.
///
/// It is served by a listener of its own, without telemetry: an armed weakness shows in what the service does, never in
/// what it says.
struct FaultControl: Sendable {
    /// How long a weakness may stay armed.
    static let longest = 86_400

    let weaknesses: [Weakness]
    let token: BearerToken

    func router() -> Router {
        var router = Router()
        router.use(RequireBearerToken(token: token))
        router.use(ProblemDetails(logger: Logger(label: "faults") { _ in SwiftLogNoOpLogHandler() }))
        router.get("/admin/faults") { _, _ in .json(weaknesses.map(FaultDocument.init)) }
        router.get("/admin/faults/{name}") { _, context in .json(FaultDocument(try weakness(context))) }
        router.put("/admin/faults/{name}") { request, context in
            let weakness = try weakness(context)
            let order = try await request.json(FaultOrder.self)
            guard !weakness.isFixed else {
                throw Problem.conflict("This service's configuration makes it impossible.")
            }
            guard (1...Self.longest).contains(order.timeToLive) else {
                throw Problem.invalid("ttl_s", "must be from 1 to \(Self.longest)")
            }
            let intensity = order.intensity ?? weakness.standard
            guard weakness.range.contains(intensity) else {
                throw Problem.invalid(
                    "intensity",
                    "must be from \(weakness.range.lowerBound) to \(weakness.range.upperBound)"
                )
            }
            weakness.arm(intensity: intensity, for: .seconds(order.timeToLive))
            return .json(FaultDocument(weakness))
        }
        router.delete("/admin/faults/{name}") { _, context in
            let weakness = try weakness(context)
            weakness.disarm()
            return .json(FaultDocument(weakness))
        }
        return router
    }

    private func weakness(_ context: RequestContext) throws -> Weakness {
        guard let weakness = weaknesses.first(where: { $0.name == context.parameters["name"] }) else {
            throw Problem.notFound("This service has: \(weaknesses.map(\.name).joined(separator: ", ")).")
        }
        return weakness
    }
}

/// The body of a PUT.
private struct FaultOrder: Decodable {
    let timeToLive: Int
    let intensity: Double?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case timeToLive = "ttl_s"
        case intensity
    }

    /// A misspelt member would arm something else than was meant, so that no other is taken.
    ///
    /// - Throws: A ``Problem``, 400, that names it.
    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self).allKeys.map(\.stringValue)
        let known = CodingKeys.allCases.map(\.rawValue)
        if let unknown = members.sorted().first(where: { !known.contains($0) }) {
            throw Problem.malformed("\(unknown): an order has \(known.joined(separator: " and ")), nothing else.")
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        timeToLive = try container.decode(Int.self, forKey: .timeToLive)
        intensity = try container.decodeIfPresent(Double.self, forKey: .intensity)
    }

    /// Any name of a member.
    private struct Member: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

/// A weakness as the operator sees it.
private struct FaultDocument: Encodable {
    let name: String
    let armed: Bool
    let intensity: Double?
    /// Whole seconds until it ends by itself.
    let endsIn: Int?
    /// Whether the configuration has made it impossible.
    let fixed: Bool
    let standard: Double

    enum CodingKeys: String, CodingKey {
        case name, armed, intensity, fixed
        case endsIn = "ends_in_s"
        case standard = "standard_intensity"
    }

    init(_ weakness: Weakness) {
        let arming = weakness.current
        name = weakness.name
        armed = arming != nil
        intensity = arming?.intensity
        endsIn = arming.map { Int(ContinuousClock.now.duration(to: $0.end) / .seconds(1)) }
        fixed = weakness.isFixed
        standard = weakness.standard
    }
}

private struct RequireBearerToken: Middleware {
    let token: BearerToken

    func respond(to request: Request, context: RequestContext, next: any Responder) async throws -> Response {
        guard token.admits(request.head.headerFields) else {
            return Problem(
                .unauthorized,
                detail: "Send the token as a Bearer token.",
                headers: [.wwwAuthenticate: "Bearer"]
            ).response(traceID: nil)
        }
        return try await next.respond(to: request, context: context)
    }
}
