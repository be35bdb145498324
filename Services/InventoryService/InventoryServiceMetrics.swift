import ServiceKit

extension InventoryService {
    /// What this service's own metrics mean.
    static let metrics = [
        ServiceMetric("inventory.reservations", unit: "{reservation}", "Reservations, by outcome."),
        ServiceMetric("inventory.audit.entries", unit: "{entry}", "Entries in the reservation audit."),
        ServiceMetric("inventory.audit.size", unit: "By", "What the entries of the reservation audit take."),
    ]
}
