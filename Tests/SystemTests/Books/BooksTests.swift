import Foundation
import GRDB
import Glibc
import HTTPCore
import HTTPTypes
import RedisServer
import Testing

/// Money and goods, with real processes: what three services write down agrees, whatever happens between them.
@Suite("The books of the three services", .serialized, .timeLimit(.minutes(8)))
struct BooksTests {
    @Test("show ten units sold when two hundred buyers come at once for the last ten")
    func lastTen() async throws {
        let suite = try await RunningSuite(name: "last-ten", rate: nil)
        let product = "paper-gliders"
        // The warehouse is down to ten and orders no more.
        try Books.arrange(
            suite,
            "UPDATE stock SET initial = 10, available = 10, reorder_point = 0 WHERE product_id = ?",
            [product]
        )
        let buyers = (0..<200).map { _ in Shopper(suite: suite) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for buyer in buyers { group.addTask { try #require(try await buyer.add(product).status == 200) } }
            try await group.waitForAll()
        }
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            for buyer in buyers { group.addTask { try await insist(buyer) } }
            return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(answers == [200: 10, 409: 190])
        let books = try Books(of: suite)
        let stock = try #require(books.stock.first { $0.product == product })
        #expect(stock.sold == 10 && stock.available == 0 && stock.reserved == 0)
        #expect(books.charges.count == 10 && books.payments.count == 10)
        await suite.stop()
    }

    /// Checks out until the shop says yes or that nothing is left.
    private func insist(_ buyer: Shopper) async throws -> Int {
        while true {
            let status = try await buyer.checkOut().status
            if status == 200 || status == 409 { return status }
            // Too many at once, or no time left: nobody bought anything.
            #expect(status == 503 || status == 504, "\(status)")
            try await Task.sleep(for: .milliseconds(Int.random(in: 20...200)))
        }
    }

    @Test("show one charge when one payment is asked for a hundred times at once, and again after a restart")
    func oneCharge() async throws {
        let suite = try await RunningSuite(name: "one-charge", rate: nil)
        let client = Shopper(suite: suite, port: "PAYMENT_SERVICE_PORT")
        let key = try #require(HTTPField.Name("Idempotency-Key"))
        let body = #"{"order_id":"o-1","amount":1250,"currency":"USD","card":\#(Shopper.card(Shopper.visa))}"#
        let pay: @Sendable () async throws -> String = {
            let answer = try await client.send(.post, "/process", body, headers: [key: "one-key"])
            #expect(answer.status == 200)
            return answer["payment_id"] ?? ""
        }
        var payments = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { try await pay() } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        Glibc.kill(try await suite.pid(of: "payment-service"), SIGKILL)
        while (try? await client.send(.get, "/ready").status) != 200 { try await Task.sleep(for: .milliseconds(50)) }
        payments.insert(try await pay())
        #expect(payments.count == 1 && payments.first?.isEmpty == false)
        let books = try Books(of: suite)
        #expect(books.charges == [Books.Charge(order: "o-1", amount: 1250)])
        #expect(books.payments == books.charges)
        await suite.stop()
    }

    @Test("hold a shopper's cart and order after the shop was killed")
    func survivingCart() async throws {
        let suite = try await RunningSuite(name: "surviving-cart", rate: nil)
        let shopper = Shopper(suite: suite)
        try await shopper.add("lumen-lamp", 2)
        let order = try #require(try await shopper.checkOut()["order_id"])
        try await shopper.add("jump-rope", 3)
        let cart = try await shopper.send(.get, "/cart").body
        let bought = try await shopper.send(.get, "/orders/\(order)").body
        Glibc.kill(try await suite.pid(of: "sample-ecommerce-app"), SIGKILL)
        while (try? await shopper.send(.get, "/ready").status) != 200 { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try await shopper.send(.get, "/cart").body == cart)
        #expect(try await shopper.send(.get, "/orders/\(order)").body == bought)
        #expect(try await Shopper(suite: suite).send(.get, "/orders/\(order)").status == 404)
        await suite.stop()
    }

    @Test(
        "agree to the last unit and cent after a kill -9 in the middle of five hundred checkouts",
        arguments: ["sample-ecommerce-app", "inventory-service", "payment-service"]
    )
    func killed(victim: String) async throws {
        let suite = try await RunningSuite(
            name: "killed-\(victim)",
            rate: nil,
            environment: ["INVENTORY_RESERVATION_TTL_MS": "20000"]
        )
        let told = try await checkOut(500, in: suite, killingAt: [100, 230, 370]) { try await kill(victim, in: suite) }
        #expect(told.count >= 300, "Most checkouts went well.")
        try await balance(suite, told: told)
        await suite.stop()
    }

    @Test(
        "agree where confirmed orders go through Redis, whoever is killed",
        .enabled(if: RedisServer.isThere, "No Redis: run ./demo test, or set FAULTLINE_REDIS."),
        arguments: ["sample-ecommerce-app", "inventory-service", "redis"]
    )
    func killedAroundRedis(victim: String) async throws {
        let password = "hunter2"
        let redis = try await RedisServer(password: password)
        let suite = try await RunningSuite(
            name: "redis-killed-\(victim)",
            rate: nil,
            environment: [
                "INVENTORY_RESERVATION_TTL_MS": "20000",
                "MESSAGE_STREAM_URL": "redis://:\(password)@127.0.0.1:\(redis.port)",
            ]
        )
        let told = try await checkOut(200, in: suite, killingAt: [40, 90, 150]) {
            guard victim == "redis" else { return try await kill(victim, in: suite) }
            redis.kill()
            try await redis.start()
        }
        #expect(told.count >= 120, "Most checkouts went well.")
        try await balance(suite, told: told)
        try await tellsOfRedis(suite, orders: told.count, without: password)
        await suite.stop()
        #expect(try outputs(of: suite).allSatisfy { !$0.contains(password) }, "No log shows the password.")
    }

    /// The telemetry has both ends of each message, as with any other stream, and never the password.
    private func tellsOfRedis(_ suite: RunningSuite, orders: Int, without password: String) async throws {
        let processed = """
            FROM (SELECT * FROM otel_traces WHERE SpanKind = 'Consumer' AND SpanName = 'process orders') AS processed
            INNER JOIN (SELECT * FROM otel_traces WHERE SpanKind = 'Producer' AND SpanName = 'send orders') AS sent
              ON processed.TraceId = sent.TraceId AND processed.ParentSpanId = sent.SpanId
            """
        // A process that is killed takes its last spans with it.
        try await suite.number("SELECT count() \(processed)") { $0 >= orders }
        // A send whose answer was lost has failed for the shop, though its message is there.
        let strange = """
            SELECT countIf(sent.ServiceName != 'sample-ecommerce-app' OR processed.ServiceName != 'inventory-service'
                OR sent.SpanAttributes['messaging.system'] != 'redis' OR sent.SpanAttributes['server.port'] = ''
                OR (sent.StatusCode != 'Error'
                    AND sent.SpanAttributes['app.message.offset'] != processed.SpanAttributes['app.message.offset']))
            \(processed)
            """
        #expect(try await suite.number(strange) == 0)
        try await suite.number(
            """
            SELECT uniqExact(Attributes) FROM otel_metrics_gauge
            WHERE MetricName = 'messaging.consumer_group.lag' AND Attributes['messaging.system'] = 'redis'
            """
        ) { $0 == 8 }
        for (table, column) in [
            ("otel_traces", "concat(toString(SpanAttributes), StatusMessage, toString(Events.Attributes))"),
            ("otel_traces", "toString(ResourceAttributes)"),
            ("otel_logs", "concat(Body, toString(LogAttributes), toString(ResourceAttributes))"),
        ] {
            let query = "SELECT countIf(position(\(column), '\(password)') > 0) FROM \(table)"
            #expect(try await suite.number(query) == 0)
        }
    }

    /// What the processes of a suite have printed.
    private func outputs(of suite: RunningSuite) throws -> [String] {
        let folder = URL(filePath: suite.data + "/logs")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        try #require(!files.isEmpty)
        return try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    }

    /// Every order comes to an end, is paid and picked once if it was confirmed, and what nobody bought goes back.
    ///
    /// - Parameter told: The orders of which a shopper was told that they were placed.
    private func balance(_ suite: RunningSuite, told: Set<String>) async throws {

        // Every order comes to an end, and what nobody bought goes back to the shelf.
        var books = try Books(of: suite)
        while !books.orders.allSatisfy(\.isFinal) || books.reservations["active"]?.isEmpty == false
            || books.picks.count < books.orders.count(where: \.isConfirmed)
        {
            try await Task.sleep(for: .milliseconds(250))
            books = try Books(of: suite)
        }
        let confirmed = books.orders.filter(\.isConfirmed)
        #expect(told.isSubset(of: Set(confirmed.map(\.id))), "Whoever was told so has bought.")
        let owed = confirmed.map { Books.Charge(order: $0.id, amount: $0.total) }
        #expect(sorted(books.payments) == sorted(owed), "Each confirmed order is paid once, and nothing else is.")
        #expect(sorted(books.charges) == sorted(owed), "The card network has taken the same.")
        #expect(Set(confirmed.compactMap(\.reservation)) == books.reservations["committed"])
        let ordered = confirmed.map { order in
            (order.id, order.lines.reduce(into: [:]) { $0[$1.productID, default: 0] += $1.quantity })
        }
        #expect(
            books.picks == Dictionary(uniqueKeysWithValues: ordered),
            "Each confirmed order is picked once, and nothing else is."
        )
        for stock in books.stock {
            #expect(stock.isBalanced, "\(stock)")
            #expect(stock.sold == books.unitsConfirmed[stock.product] ?? 0, "\(stock)")
        }
    }

    private func sorted(_ charges: [Books.Charge]) -> [Books.Charge] {
        charges.sorted { ($0.order, $0.amount) < ($1.order, $1.amount) }
    }

    /// Sends shoppers, sixteen at a time, and kills something while they check out.
    ///
    /// - Returns: The orders of which a shopper was told that they were placed.
    private func checkOut(
        _ count: Int,
        in suite: RunningSuite,
        killingAt moments: [Int],
        kill: () async throws -> Void
    ) async throws -> Set<String> {
        let products = try await Shopper(suite: suite).products().map(\.id)
        return try await withThrowingTaskGroup(of: String?.self) { group in
            var told: Set<String> = []
            for number in 0..<count {
                if number >= 16, let order = try await group.next() ?? nil { told.insert(order) }
                group.addTask { await buy(products, number, in: suite) }
                if moments.contains(number) { try await kill() }
            }
            for try await order in group { if let order { told.insert(order) } }
            return told
        }
    }

    private func kill(_ victim: String, in suite: RunningSuite) async throws {
        Glibc.kill(try await suite.pid(of: victim), SIGKILL)
        // Whoever is inside now is what this is about; those behind them come when the door opens again.
        while await !isOpen(victim, in: suite) { try await Task.sleep(for: .milliseconds(50)) }
    }

    private func isOpen(_ service: String, in suite: RunningSuite) async -> Bool {
        let variables = [
            "sample-ecommerce-app": "SAMPLE_APP_PORT", "inventory-service": "INVENTORY_SERVICE_PORT",
            "payment-service": "PAYMENT_SERVICE_PORT",
        ]
        let request = HTTPRequest(
            method: .get,
            scheme: "http",
            authority: suite.authority(variables[service] ?? service),
            path: "/ready"
        )
        return (try? await suite.client.execute(request))?.head.status == .ok
    }

    /// One shopper, who comes back a few times when the door is shut but asks for each order once.
    private func buy(_ products: [String], _ number: Int, in suite: RunningSuite) async -> String? {
        let shopper = Shopper(suite: suite)
        for _ in 0..<100 {
            let added = try? await shopper.add(products[number % products.count], 1 + number % 2)
            if added?.status == 200 { break }
            try? await Task.sleep(for: .milliseconds(100))
        }
        guard let answer = try? await shopper.checkOut(), answer.status == 200 else { return nil }
        return answer["order_id"]
    }
}
