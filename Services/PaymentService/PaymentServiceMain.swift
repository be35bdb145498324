import ServiceKit

@main
struct PaymentServiceMain {
    static func main() async {
        await ServiceProcess.run(
            "payment-service",
            port: ("PAYMENT_SERVICE_PORT", 8001),
            metrics: PaymentService.metrics,
            assemble: PaymentService.assemble
        )
    }
}
