import HTTPTypes

/// Shoppers beside the everyday load, who do what some incidents need. They come all the time: without the incident,
/// nothing must come of it.
struct ShoppersBeside: Sendable {
    let suite: RunningSuite

    /// Goes on until the task is cancelled. What the shop answers is not this traffic's business.
    func shop() async {
        guard let products = await products() else { return }
        await withDiscardingTaskGroup { group in
            for number in 0..<2 {
                group.addTask { await again(every: .milliseconds(400)) { try await inHaste(products, number) } }
                group.addTask { await again(every: .milliseconds(400)) { try await unsure(products, number) } }
            }
        }
    }

    /// Puts three things into one cart at once, then buys it.
    private func inHaste(_ products: [String], _ number: Int) async throws {
        let shopper = Shopper(suite: suite)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<3 {
                group.addTask { try await shopper.add(products[(number * 3 + index) % products.count]) }
            }
            try await group.waitForAll()
        }
        _ = try await shopper.checkOut()
    }

    /// Buys, and then pays for the order again, as somebody does who did not see the answer.
    private func unsure(_ products: [String], _ number: Int) async throws {
        let shopper = Shopper(suite: suite)
        try await shopper.add(products[number % products.count])
        guard let order = try await shopper.checkOut()["order_id"] else { return }
        let card = Shopper.card(Shopper.visa)
        _ = try await shopper.send(.post, "/payment", #"{"order_id":"\#(order)","card":\#(card)}"#)
    }

    private func again(every pause: Duration, _ visit: () async throws -> Void) async {
        while !Task.isCancelled {
            try? await visit()
            try? await Task.sleep(for: pause)
        }
    }

    private func products() async -> [String]? {
        while !Task.isCancelled {
            if let products = try? await Shopper(suite: suite).products(), products.count >= 6 {
                return products.map(\.id)
            }
            try? await Task.sleep(for: .milliseconds(250))
        }
        return nil
    }
}
