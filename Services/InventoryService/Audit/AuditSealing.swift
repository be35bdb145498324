import Logging
import ServiceKit
import ServiceLifecycle

/// Seals old audit entries away every few seconds.
struct AuditSealing: Service {
    let audit: ReservationAudit
    let weakness: Weakness
    let logger: Logger
    var interval: Duration = .seconds(2)

    func run() async throws {
        try await PeriodicWork(
            every: interval,
            logger: logger,
            level: .warning,
            failure: "Audit entries could not be sealed; trying again"
        ) {
            if weakness.intensity == nil { try await audit.seal() }
        }
        .run()
    }
}
