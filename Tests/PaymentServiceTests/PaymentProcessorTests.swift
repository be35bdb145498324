import Deadlines
import Foundation
import GRDB
import SQLitePool
import ServiceKit
import Testing

@testable import PaymentService

@Suite("A payment", .timeLimit(.minutes(2)))
struct PaymentProcessorTests {
    @Test("asked for a hundred times at once with one key is made once")
    func concurrentRepeats() async throws {
        let till = try await Till(latency: .milliseconds(20))
        let charge = try till.charge()
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { try await till.processor.process(charge, key: "key").id } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(try await till.captures() == 1)
    }

    @Test("is remembered by a service that starts anew")
    func restart() async throws {
        let first = try await Till()
        let payment = try await first.processor.process(try first.charge(), key: "key")
        let second = try await Till(folder: first.folder)
        #expect(try await second.processor.process(try second.charge(), key: "key") == payment)
        #expect(try await second.captures() == 1)
    }

    @Test("whose answer was lost is found again under its key, and the money is taken once")
    func lostAnswer() async throws {
        // The money is taken after half of the latency; the answer needs the other half.
        let till = try await Till(latency: .seconds(2))
        let charge = try till.charge()
        await #expect(throws: GatewayError.self) {
            try await Deadline.after(.milliseconds(1500)).enforce {
                try await till.processor.process(charge, key: "key")
            }
        }
        let settled = try #require(try await till.processor.settle("key"))
        #expect(settled.status == (try await till.captures() == 1 ? .captured : .cancelled))
        // That stays so.
        let again = try await till.processor.process(charge, key: "key")
        #expect(again.status == settled.status)
        #expect(try await till.captures() <= 1)
    }

    @Test("that was given up before it arrived is not made when it arrives after all")
    func cancelledBeforeArrival() async throws {
        let till = try await Till()
        #expect(try await till.processor.settle("key") == nil)
        let payment = try await till.processor.process(try till.charge(), key: "key")
        #expect(payment.status == .cancelled)
        #expect(try await till.captures() == 0)
    }

    @Test("cannot be replaced by another one under the same key")
    func reusedKey() async throws {
        let till = try await Till()
        _ = try await till.processor.process(try till.charge(1000), key: "key")
        await #expect(throws: PaymentError.keyReused) {
            try await till.processor.process(try till.charge(2000), key: "key")
        }
        #expect(try await till.captures() == 1)
    }

    @Test("is declined by the card's bank with a reason, also when it is asked for again")
    func decline() async throws {
        let till = try await Till()
        let charge = try till.charge(card: "4000000000009995")
        for _ in 0..<2 {
            let payment = try await till.processor.process(charge, key: "key")
            #expect(payment.status == .declined)
            #expect(payment.reason == "insufficient_funds")
        }
        #expect(try await till.captures() == 0)
    }

    @Test("of a very high amount is refused as suspected fraud before the gateway is asked")
    func fraud() async throws {
        let till = try await Till()
        let payment = try await till.processor.process(try till.charge(2_500_000), key: "key")
        #expect(payment.reason == "suspected_fraud")
        #expect(try await till.captures() == 0)
    }

    @Test("waits for its ledger and for the gateway's books no longer than its caller has time")
    func boundedByDeadline() async throws {
        let till = try await Till()
        let charge = try till.charge()
        try await till.whileLocked("payments.sqlite") {
            await #expect(throws: SQLitePoolError.deadlineExceeded(pool: "payments.sqlite")) {
                try await Deadline.after(.milliseconds(200)).enforce {
                    try await till.ledger.open(charge, key: "key", now: 0)
                }
            }
        }
        try await till.whileLocked("gateway.sqlite") {
            await #expect(throws: SQLitePoolError.deadlineExceeded(pool: "gateway.sqlite")) {
                try await Deadline.after(.milliseconds(200)).enforce {
                    try await till.gateway.settle("key", now: 0)
                }
            }
        }
        #expect(try await till.captures() == 0)
    }

    @Test("leaves no card number in any file")
    func noCardNumbers() async throws {
        let till = try await Till()
        _ = try await till.processor.process(try till.charge(), key: "key")
        for file in try FileManager.default.contentsOfDirectory(at: till.folder, includingPropertiesForKeys: nil) {
            #expect(try Data(contentsOf: file).range(of: Data("4242424242424242".utf8)) == nil, "\(file)")
        }
    }
}
