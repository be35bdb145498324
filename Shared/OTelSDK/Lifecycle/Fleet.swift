/// Does one thing with several parts at once.
enum Fleet {
    static func run<Part: Sendable>(
        _ parts: [Part],
        timeout: Duration,
        _ operation: @escaping @Sendable (Part, Duration) async -> Outcome
    ) async -> Outcome {
        await withTaskGroup(of: Outcome.self) { group in
            for part in parts {
                group.addTask { await Deadline.race(timeout) { await operation(part, timeout) } ?? .timedOut }
            }
            return await group.reduce(.success) { $0.and($1) }
        }
    }
}
