package import RunJournal

/// The nine ways in which the shop breaks; docs/walkthroughs tells how each is found.
package enum IncidentKind: String, Sendable, CaseIterable {
    case paymentTimeout = "payment_timeout"
    case cascadeFailure = "cascade_failure"
    case intermittentError = "intermittent_error"
    case visaCacheFull = "visa_cache_full"
    case productDBTimeout = "product_db_timeout"
    case paymentGatewayError = "payment_gateway_error"
    case duplicatePayment = "duplicate_payment"
    case badRelease = "bad_release"
    case orderBacklog = "order_backlog"

    /// The service whose weakness it is.
    package enum Service: String, Sendable, CaseIterable {
        case shop = "sample-ecommerce-app"
        case payment = "payment-service"
        case inventory = "inventory-service"
    }

    /// The service whose weakness it is.
    package var service: Service {
        switch self {
        case .paymentTimeout, .cascadeFailure, .productDBTimeout, .orderBacklog: .inventory
        case .visaCacheFull, .paymentGatewayError: .payment
        case .intermittentError, .duplicatePayment, .badRelease: .shop
        }
    }

    /// How it is triggered: by ordinary requests where those suffice, otherwise by exposing the weakness.
    package var mechanism: Injection.Mechanism { self == .paymentTimeout ? .traffic : .armed }

    /// What the control listener is told, in the weakness's own unit; `nil` where there is nothing to arm.
    ///
    /// - Parameters:
    ///   - intensity: Above 0, at most 1.
    ///   - timeScale: How many times faster than written a scenario runs. What grows must grow as much faster.
    ///   - duration: For how long it is armed, in seconds, as the scenario runs. What needs two minutes to grow to its full
    ///     size must grow faster where it has less.
    package func armedIntensity(_ intensity: Double, timeScale: Double, duration: Double) -> Double? {
        switch self {
        case .paymentTimeout: nil
        case .intermittentError, .duplicatePayment: 1
        // How many times larger an entry of the audit is than it should be.
        case .cascadeFailure: min(4_096, max(1, (288 * intensity * max(timeScale, 120 / duration)).rounded()))
        // How many entries fit: fewer are full sooner.
        case .visaCacheFull: min(200_000, max(60, (300 / intensity / timeScale).rounded()))
        // Seconds for which the catalogue is locked.
        case .productDBTimeout: max(1, (10 * intensity).rounded())
        // The share of requests that fail.
        case .paymentGatewayError: max(0.05, intensity)
        // The share of sessions.
        case .badRelease: max(0.01, intensity)
        // How many of the best sellers' shelves are cleared.
        case .orderBacklog: max(1, (12 * intensity).rounded())
        }
    }
}
