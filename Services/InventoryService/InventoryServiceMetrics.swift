import ServiceKit

extension InventoryService {
    /// What this service's own metrics mean.
    static let metrics = [
        ServiceMetric("inventory.reservations", unit: "{reservation}", "Reservations, by outcome."),
        ServiceMetric("messaging.process.duration", unit: "s", "Duration of processing a message."),
        ServiceMetric("messaging.client.consumed.messages", unit: "{message}", "Messages that were delivered."),
        ServiceMetric("messaging.consumer_group.lag", unit: "{message}", "Messages that are still to be processed."),
        ServiceMetric(
            "messaging.consumer_group.dead_letters",
            unit: "{message}",
            "Messages that were put aside unprocessed."
        ),
        ServiceMetric(
            "messaging.consumer_group.dead_letters.forgotten",
            unit: "{message}",
            "Dead letters that went because there were too many."
        ),
        ServiceMetric("inventory.picks", unit: "{order}", "Orders that came to be picked, by outcome."),
        ServiceMetric("inventory.audit.entries", unit: "{entry}", "Entries in the reservation audit."),
        ServiceMetric("inventory.audit.size", unit: "By", "What the entries of the reservation audit take."),
    ]
}
