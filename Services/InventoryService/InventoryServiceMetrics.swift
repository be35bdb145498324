import ServiceKit

extension InventoryService {
    /// What this service's own metrics mean.
    static let metrics = [
        ServiceMetric("inventory.reservations", unit: "{reservation}", "Reservations, by outcome."),
        ServiceMetric("inventory.audit.entries", unit: "{entry}", "Entries in the reservation audit."),
    ]
}
