import ServiceKit

@main
struct InventoryServiceMain {
    static func main() async {
        await ServiceProcess.run(
            "inventory-service",
            port: ("INVENTORY_SERVICE_PORT", 8002),
            metrics: InventoryService.metrics,
            assemble: InventoryService.assemble
        )
    }
}
