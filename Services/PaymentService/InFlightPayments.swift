/// Payments that are being made, so that a repeat which arrives meanwhile waits for the first instead of paying again.
actor InFlightPayments {
    private var tasks: [String: Task<Payment, any Error>] = [:]

    /// Makes the payment under a key, or joins the one that is under way.
    ///
    /// The work is a task of its own: when the first caller is cancelled, those who joined still get the result.
    func pay(_ key: String, _ work: @escaping @Sendable () async throws -> Payment) async throws -> Payment {
        if let task = tasks[key] { return try await task.value }
        let task = Task { try await work() }
        tasks[key] = task
        defer { tasks[key] = nil }
        return try await task.value
    }
}
