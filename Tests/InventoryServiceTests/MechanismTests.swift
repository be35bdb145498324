import Deadlines
import HTTPCore
import HTTPTypes
import ServiceKit
import Testing

@testable import InventoryService

@Suite("What the inventory keeps in memory")
struct MechanismTests {
    private let lines = [Reservation.Line(productID: "lamp", quantity: 1)]

    @Test("the audit seals old entries away, so that it stays short")
    func auditIsBounded() async throws {
        let audit = ReservationAudit(limit: 20, evidenceSize: 16)
        for number in 0..<200 { try await audit.append(order: "\(number)", lines: lines, excess: nil) }
        #expect(audit.count <= 20)
    }

    @Test("the audit's checksum is the standard's, in one piece or in two")
    func checksum() {
        #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(CRC32.checksum(Array("6789".utf8), after: CRC32.checksum(Array("12345".utf8))) == 0xCBF4_3926)
    }

    @Test("an audit that cannot seal grows with every reservation, and shrinks once it can")
    func auditGrowsAndHeals() async throws {
        let audit = ReservationAudit(limit: 20, evidenceSize: 16)
        for number in 0..<100 { try await audit.append(order: "\(number)", lines: lines, excess: 2) }
        #expect(audit.count == 100)
        try await audit.seal()
        // Ten of the usual size are kept, or as many larger ones as take no more.
        #expect(audit.count == 5)
        try await audit.append(order: "after", lines: lines, excess: nil)
    }

    @Test("an audit with a few entries that are far too large is short again as soon as it can seal")
    func auditForgetsLargeEntries() async throws {
        let audit = ReservationAudit(limit: 20, evidenceSize: 16)
        for number in 0..<6 { try await audit.append(order: "\(number)", lines: lines, excess: 100) }
        #expect(audit.count == 6)
        try await audit.append(order: "after", lines: lines, excess: nil)
        #expect(audit.count == 1)
    }

    @Test("the audit does nothing for a caller that is gone when its turn comes")
    func auditOfTheGone() async throws {
        let audit = ReservationAudit()
        await #expect(throws: ComputeExecutorError.self) {
            try await Deadline.after(.zero).enforce { try await audit.append(order: "a", lines: [], excess: nil) }
        }
        let cancelled = Task {
            try? await Task.sleep(for: .seconds(60))
            try await audit.append(order: "b", lines: [], excess: nil)
        }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(audit.count == 0)
    }

    @Test("the audit is verified beside the event loops, one reservation after another")
    func auditBesideTheEventLoops() async throws {
        let audit = ReservationAudit()
        for number in 0..<60 { try await audit.append(order: "\(number)", lines: lines, excess: 32) }
        var router = Router()
        router.get("/health") { _, _ in Response(status: .ok) }
        router.post("/reserve/{order}") { [lines] _, context in
            try await audit.append(order: context.parameters["order"] ?? "", lines: lines, excess: 32)
            return Response(status: .ok)
        }
        let server = try HTTPServer(responder: router)
        let client = HTTPClient()
        let authority = server.localAddress.description
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            for order in 0..<60 {
                group.addTask {
                    let reservation = HTTPRequest(
                        method: .post,
                        scheme: "http",
                        authority: authority,
                        path: "/reserve/\(order)"
                    )
                    _ = try? await client.execute(reservation)
                }
            }
            while audit.verifications == 0 { await Task.yield() }
            let answered = await withTaskGroup(of: Bool.self) { probes in
                for _ in 0..<16 {
                    probes.addTask {
                        let probe = HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/health")
                        return (try? await client.execute(probe))?.head.status == .ok && audit.verifications > 0
                    }
                }
                return await probes.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(answered == 16)
            group.cancelAll()
        }
        await client.shutdown()
    }

    @Test("the cache forgets what is old and holds no more than it may")
    func cache() {
        let cache = TTLCache<Int, String>(capacity: 3, timeToLive: .seconds(5))
        let start = ContinuousClock.now
        for key in 1...3 { cache.store("\(key)", for: key, at: start) }
        #expect(cache.value(for: 1, at: start) == "1")
        cache.store("4", for: 4, at: start)
        #expect(cache.count == 3)
        #expect(cache.value(for: 2, at: start) == nil, "The one that was used longest ago goes.")
        #expect(cache.value(for: 1, at: start) == "1")
        #expect(cache.value(for: 1, at: start + .seconds(5)) == nil)
    }

    @Test("the opening catalogue has thirty products with an id, a price and a department of their own")
    func catalogue() {
        let entries = CatalogueEntry.opening
        #expect(entries.count >= 24)
        #expect(Set(entries.map(\.product.id)).count == entries.count)
        #expect(Set(entries.map(\.product.category)) == Set(Product.Category.allCases))
        #expect(entries.allSatisfy { $0.product.price.amount > 0 && $0.initialStock > 0 })
    }
}
