import ServiceKit

extension SampleApp {
    /// What this service's own metrics mean.
    static let metrics = [
        ServiceMetric(
            "active_sessions",
            unit: "{session}",
            "Sessions that were seen in the last minutes.",
            addsUp: true
        ),
        ServiceMetric("cart_items_total", unit: "{item}", "Units that were put into carts."),
        ServiceMetric("messaging.client.operation.duration", unit: "s", "Duration of messaging operations."),
        ServiceMetric("messaging.client.sent.messages", unit: "{message}", "Messages that were to be sent."),
        ServiceMetric(
            "shop.browser_telemetry.dropped",
            unit: "{batch}",
            "Batches of browsers that did not reach the collector, by reason."
        ),
        ServiceMetric(
            "shop.browser_telemetry.passed_on",
            unit: "{batch}",
            "Batches of browsers that the collector has taken."
        ),
        ServiceMetric("shop.outbox.messages", unit: "{message}", "Confirmed orders that are still to be sent."),
        ServiceMetric(
            "shop.outbox.refused",
            unit: "{order}",
            "Orders that were not taken because too many wait to be sent."
        ),
        ServiceMetric("shop.orders", unit: "{order}", "Orders, by how they ended."),
    ]
}
