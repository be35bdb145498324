import Logging
import ServiceKit
import Synchronization
import Testing

@testable import PaymentService

@Suite("A list of validated payments that had grown large", .timeLimit(.minutes(2)))
struct ValidationListRenewalTests {
    private final class Ends: Sendable {
        let count = Mutex(0)
    }

    private let weakness = Weakness("list", range: 10...200_000, standard: 1500, isFixed: false)

    /// How often the process was ended after some looks.
    private func ends(_ cache: VisaValidationCache, while looking: (Ends) async throws -> Void) async throws -> Int {
        let ends = Ends()
        let renewal = ValidationListRenewal(
            cache: cache,
            withoutEviction: weakness,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            interval: .milliseconds(1),
            end: { ends.count.withLock { $0 += 1 } }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await renewal.run() }
            defer { group.cancelAll() }
            try await looking(ends)
        }
        return ends.count.withLock { $0 }
    }

    @Test("is given back by a new process once it is bounded again, and not before")
    func renewed() async throws {
        let cache = VisaValidationCache()
        cache.fill(upTo: 2_000, capacity: 4_000)
        weakness.arm(intensity: 4_000, for: .seconds(60))
        let count = try await ends(cache) { ends in
            for _ in 0..<20 {
                try await Task.sleep(for: .milliseconds(1))
                #expect(ends.count.withLock { $0 } == 0)
            }
            weakness.disarm()
            while ends.count.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(1)) }
        }
        #expect(count == 1, "The signal is sent once.")
    }

    @Test("that was small is left to eviction")
    func small() async throws {
        let cache = VisaValidationCache()
        cache.fill(upTo: 300, capacity: 300)
        #expect(cache.largestBytes == 300 * 8_192)
        let count = try await ends(cache) { _ in
            for _ in 0..<20 { try await Task.sleep(for: .milliseconds(1)) }
        }
        #expect(count == 0)
    }
}
