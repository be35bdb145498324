import ServiceKit
import ServiceLifecycle

/// Seals old audit entries away every few seconds.
struct AuditSealing: Service {
    let audit: ReservationAudit
    let weakness: Weakness
    var interval: Duration = .seconds(2)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if weakness.intensity == nil { try? await audit.seal() }
                try? await Task.sleep(for: interval)
            }
        }
    }
}
