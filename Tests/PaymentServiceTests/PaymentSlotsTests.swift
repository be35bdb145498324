import Testing

@testable import PaymentService

@Suite("The places of open payments")
struct PaymentSlotsTests {
    private let start = ContinuousClock.now

    @Test("are as many as it says: the next payment is turned away, and has one when another is closed")
    func full() throws {
        let slots = PaymentSlots(2)
        for key in ["a", "b"] { try slots.open(key, until: start + .seconds(600)) }
        #expect(throws: PaymentsFull(limit: 2)) { try slots.open("c", until: start + .seconds(600)) }
        slots.close("a")
        try slots.open("c", until: start + .seconds(600))
        #expect(slots.count == 2)
    }

    @Test("are given up when the payment's time is over, and kept when it is opened again in time")
    func expiry() throws {
        let slots = PaymentSlots(1)
        try slots.open("a", until: start + .seconds(2), now: start)
        try slots.open("a", until: start + .seconds(4), now: start + .seconds(1))
        #expect(throws: PaymentsFull.self) {
            try slots.open("b", until: start + .seconds(9), now: start + .seconds(3))
        }
        try slots.open("b", until: start + .seconds(9), now: start + .seconds(5))
    }

    @Test("are held while the payment is made, by all who ask for it together, and free afterwards whatever came of it")
    func processing() async throws {
        struct Failure: Error {}
        let slots = PaymentSlots(1)
        try slots.open("a", until: start + .seconds(600))
        try await slots.run("a") {
            try await slots.run("a") {}
            // Neither closing nor the end of its time takes a place from a payment that is being made.
            slots.close("a", now: start + .seconds(700))
            #expect(slots.count == 1)
            await #expect(throws: PaymentsFull(limit: 1)) { try await slots.run("b") {} }
        }
        #expect(slots.count == 0)
        await #expect(throws: Failure.self) { try await slots.run("b") { throw Failure() } }
        try await slots.run("c") {}
    }
}
