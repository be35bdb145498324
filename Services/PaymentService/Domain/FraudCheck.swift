import ServiceKit

/// Decides from what is known about a card's recent payments whether one more is believable.
struct FraudCheck: Sendable {
    /// What a card did within the last hour, at most its last 200 payments.
    struct History: Sendable, Equatable {
        let payments: Int
        let declines: Int
    }

    /// How suspicious a payment is, and why.
    struct Assessment: Sendable, Equatable {
        let score: Int
        let signals: [String]

        var isAccepted: Bool { score < 80 }
    }

    /// From which amount on, in minor units, a payment is unusual for this shop.
    var unusualAmount = 500_000
    /// How many declines among a card's last payments are unusual.
    var unusualDeclines = 50

    func assess(_ amount: Money, _ history: History) -> Assessment {
        var score = 0
        var signals: [String] = []
        if amount.amount >= unusualAmount {
            score += 50
            signals.append("amount")
        }
        if amount.amount >= unusualAmount * 4 {
            score += 40
            signals.append("very_high_amount")
        }
        if history.declines >= unusualDeclines {
            score += 80
            signals.append("declines")
        }
        return Assessment(score: score, signals: signals)
    }
}
