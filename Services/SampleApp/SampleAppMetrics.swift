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
        ServiceMetric("shop.orders", unit: "{order}", "Orders, by how they ended."),
    ]
}
