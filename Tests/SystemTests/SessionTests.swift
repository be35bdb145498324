import Testing

@Suite("A visitor's session", .timeLimit(.minutes(10)))
struct SessionTests {
    /// Everything that is stored as text, by table.
    private static let columns = [
        "otel_traces":
            "toString(SpanAttributes), toString(ResourceAttributes), toString(Events.Attributes), SpanName, StatusMessage",
        "otel_logs": "Body, toString(LogAttributes), toString(ResourceAttributes)",
        "otel_metrics_sum": "toString(Attributes), toString(Exemplars.FilteredAttributes)",
        "otel_metrics_gauge": "toString(Attributes), toString(Exemplars.FilteredAttributes)",
        "otel_metrics_histogram": "toString(Attributes), toString(Exemplars.FilteredAttributes)",
    ]

    @Test("is in the telemetry by a name from which nobody gets at its cart: no part of its cookie is stored")
    func cookieIsNowhere() async throws {
        let suite = try await SharedSuite.instance.suite
        let shopper = Shopper(suite: suite)
        let products = try await shopper.products()
        try await shopper.add(try #require(products.first).id)
        let order = try #require(try await shopper.beginCheckout()["order_id"])
        #expect(try await shopper.pay(order)["status"] == "captured")
        _ = try await shopper.checkOut()

        // All that the visit left is stored once its last span is.
        let visit = "SpanAttributes['session.id'] != '' AND SpanAttributes['app.order.id'] = '\(order)'"
        try await suite.number("SELECT count() FROM otel_traces WHERE \(visit)") { $0 > 0 }
        let value = try await shopper.cookie.dropFirst("session=".count)
        let parts = value.split(separator: ".").map(String.init)
        #expect(parts.count == 2)
        for part in parts {
            for (table, columns) in Self.columns {
                let found = try await suite.number(
                    "SELECT count() FROM \(table) WHERE position(concat(\(columns)), '\(part)') > 0"
                )
                #expect(found == 0, "\(table) holds \(part).")
            }
        }
    }
}
