import HTTPTypes
import ServiceKit

extension ServiceCallError {
    /// The service understood and said no: nothing happened there, and nothing will.
    var isRefusal: Bool {
        if case .refused(_, let status, _) = self { status.kind == .clientError } else { false }
    }

    /// The card's bank said no.
    var isDecline: Bool {
        if case .refused(_, let status, _) = self { status.code == 402 } else { false }
    }

    /// What happened, as an engineer of the shop would say it.
    var summary: String {
        guard service == "payment-service", case .refused(_, let status, let problem) = self else { return description }
        return "failed to charge card: could not charge the card: \(problem?.detail ?? status.reasonPhrase)"
    }

    /// What the shopper is told when an order could not be placed.
    var checkoutProblem: Problem {
        var problem = problem
        switch self {
        case .refused(_, let status, _) where status.kind == .serverError:
            problem.title = "Failed to place order"
            problem.status = status.code == 501 ? .internalServerError : status
            problem.detail = summary
        case .deadlineExceeded, .unreachable, .unreadable:
            problem.title = "Failed to place order"
        case .refused:
            break
        }
        return problem
    }
}
