import Deadlines
import HTTPCore
import HTTPTypes
import Logging
import ServiceKit
import Testing

@testable import PaymentService

@Suite("The Visa validation cache", .timeLimit(.minutes(2)))
struct VisaValidationCacheTests {
    private let card: PaymentCard

    init() throws {
        card = try PaymentCard(
            number: "4242424242424242",
            expiryMonth: 12,
            expiryYear: 2099,
            securityCode: "123",
            today: (2030, 1)
        )
    }

    @Test("holds no more than its bound while it evicts")
    func bounded() async throws {
        let cache = VisaValidationCache(size: .init(bound: 5, longestPad: 8))
        for amount in 1...50 { _ = try await cache.validate(card, amount: Money(amount, .usd), capacity: nil) }
        #expect(cache.count == 5)
        #expect(try await cache.validate(card, amount: Money(50, .usd), capacity: nil) == nil, "It is known.")
    }

    @Test("without eviction grows to its capacity, refuses from then on, and heals")
    func fullAndHealed() async throws {
        let cache = VisaValidationCache(size: .init(bound: 5, longestPad: 8))
        for amount in 1...20 { _ = try await cache.validate(card, amount: Money(amount, .usd), capacity: 20) }
        let error = await #expect(throws: VisaValidationCacheFull.self) {
            try await cache.validate(card, amount: Money(21, .usd), capacity: 20)
        }
        #expect(error?.description == "Visa cache full: cannot add new item.")
        _ = try await cache.validate(card, amount: Money(22, .usd), capacity: nil)
        #expect(cache.count == 5)
    }

    @Test("takes as many entries as may be ordered within the memory that it has for them")
    func memory() {
        let size = VisaValidationCache.Size()
        for capacity in [10, 1500, 100_000, 200_000] {
            #expect(capacity * size.pad(capacity: capacity) * 8 <= size.memory)
        }
        #expect(size.pad(capacity: 100_000) > 64, "Long enough to be worth a search.")
    }

    @Test("reaches a hundred thousand entries and refuses the next one without a search")
    func hundredThousand() async throws {
        let cache = VisaValidationCache()
        cache.fill(upTo: 100_000, capacity: 100_000)
        await #expect(throws: VisaValidationCacheFull.self) {
            try await cache.validate(card, amount: Money(1, .usd), capacity: 100_000)
        }
        #expect(cache.count == 100_000)
    }

    @Test("makes no search for a caller whose time is over")
    func timeSpent() async throws {
        let cache = VisaValidationCache(size: .init(bound: 5, longestPad: 8))
        await #expect(throws: ComputeExecutorError.self) {
            try await Deadline.after(.zero).enforce {
                try await cache.validate(card, amount: Money(1, .usd), capacity: nil)
            }
        }
        #expect(cache.count == 0)
    }

    @Test("is searched beside the event loops: every connection is answered meanwhile")
    func besideTheEventLoops() async throws {
        let cache = VisaValidationCache()
        cache.fill(upTo: 3_000, capacity: 100_000)
        var router = Router()
        router.get("/health") { _, _ in Response(status: .ok) }
        router.post("/visa/{amount}") { [card] _, context in
            let amount = Int(context.parameters["amount"] ?? "") ?? 0
            _ = try await cache.validate(card, amount: Money(amount, .usd), capacity: 100_000)
            return Response(status: .ok)
        }
        let server = try HTTPServer(responder: router)
        let client = HTTPClient()
        // With connections of their own, since the payments take all that a client may have.
        let prober = HTTPClient()
        let authority = server.localAddress.description
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            // More than can be searched for before every shard has been asked something else.
            for amount in 1...200 {
                group.addTask {
                    let visa = HTTPRequest(method: .post, scheme: "http", authority: authority, path: "/visa/\(amount)")
                    _ = try? await client.execute(visa)
                }
            }
            while cache.searches == 0 { await Task.yield() }
            let answered = await withTaskGroup(of: Bool.self) { probes in
                for _ in 0..<16 {
                    probes.addTask {
                        let probe = HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/health")
                        return (try? await prober.execute(probe))?.head.status == .ok && cache.searches > 0
                    }
                }
                return await probes.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(answered == 16)
            group.cancelAll()
        }
        await client.shutdown()
        await prober.shutdown()
    }
}
