import HTTPTypes
import MessageStream
import ServiceKit
import Synchronization
import Testing

@testable import SampleApp

@Suite("The outbox", .timeLimit(.minutes(2)))
struct OutboxTests {
    /// A stream that takes messages in unless it is away.
    private final class Stream: StreamWriter {
        struct Away: Error {}

        let system = "test"
        let name = "orders"
        private let state = Mutex<(messages: [String], isAway: Bool)>(([], true))

        var messages: [String] { state.withLock { $0.messages } }

        func comeBack() { state.withLock { $0.isAway = false } }

        func append(_ message: StreamMessage) async throws -> StreamPosition {
            try state.withLock { state in
                if state.isAway { throw Away() }
                state.messages.append(message.id)
                return StreamPosition(partition: 0, offset: "\(state.messages.count)")
            }
        }
    }

    @Test("lets no order begin and none be paid while as many wait as it holds, and every paid one leaves it")
    func full() async throws {
        try await TemporaryShop.open(outboxLimit: 2) { shop in
            let checkout = shop.checkout()
            func fill(_ id: String) async throws -> Session {
                let session = Session(id: id, telemetryID: id, cookieValue: "\(id).proof", isNew: true)
                _ = try await shop.keeper().add("lumen-lamp", quantity: 1, to: session)
                return session
            }
            let begun = try await checkout.start(try await fill("begun"), email: "a@b.co")
            var bought: [String] = []
            for id in ["one", "two"] {
                bought.append(
                    try await checkout.buy(try await fill(id), email: "a@b.co", card: TemporaryShop.visa).id
                )
            }
            let late = try await fill("late")
            await #expect(throws: OutboxFull(limit: 2)) {
                try await checkout.buy(late, email: "a@b.co", card: TemporaryShop.visa)
            }
            await #expect(throws: OutboxFull(limit: 2)) { try await checkout.pay(begun, with: TemporaryShop.visa) }
            #expect(OutboxFull(limit: 2).problem.status == .serviceUnavailable)
            #expect(try await shop.orders.order(begun.id)?.status == .reserved, "It can still be paid.")
            #expect(try await shop.carts.cart(of: late.id).units == 1, "The cart is as it was.")

            let stream = Stream()
            let relay = OutboxRelay(
                outbox: shop.orders.outbox,
                producer: StreamProducer(stream),
                logger: shop.logger
            )
            await #expect(throws: Stream.Away.self) { try await relay.sendWaiting() }
            #expect(try await shop.orders.outbox.count() == 2)
            stream.comeBack()
            #expect(try await relay.sendWaiting() == 2)
            #expect(stream.messages == bought)
            #expect(try await shop.orders.outbox.count() == 0)
            #expect(try await checkout.pay(begun, with: TemporaryShop.visa).status == .confirmed)
        }
    }
}
