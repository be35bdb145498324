import SeededRandom

extension Visitor {
    /// Ways of behaving that are unlike a shopper's.
    enum Anomaly: String, CaseIterable {
        case rapidRetries = "rapid_retries"
        case doubleClick = "double_click"
        case unusualSequence = "unusual_sequence"
        case scraping
        case backOfficeReport = "back_office_report"

        /// The one whose turn it is in a block: the four of customers one after the other, and the back office, whose
        /// report takes a while, once in sixteen blocks.
        static func one(of block: Int) -> Anomaly {
            block % 16 == 15 ? .backOfficeReport : allCases[block % 4]
        }
    }

    /// A visit that behaves in one of these ways.
    mutating func anomaly(_ anomaly: Anomaly) -> Plan {
        let product = product()
        switch anomaly {
        case .rapidRetries:
            let retries = Array(repeating: add(product.id, quantity: 1), count: 6)
            return Plan(name: anomaly.rawValue, requests: [browse()] + retries + [after(20...80, checkout())])
        case .doubleClick:
            let click = after(20...80, add(product.id, quantity: 1).sent(.twice))
            return Plan(name: anomaly.rawValue, requests: [browse(), click, after(20...80, checkout())])
        case .unusualSequence:
            return Plan(
                name: anomaly.rawValue,
                requests: [
                    checkout().expecting(409), look(at: product), .get("order", "/orders/ord_unknown").expecting(404),
                    browse(), .get("cart", "/cart"),
                ]
            )
        case .scraping:
            let pages = catalogue.products.shuffled(using: &random).prefix(15)
            return Plan(name: anomaly.rawValue, requests: pages.map { look(at: $0) })
        case .backOfficeReport:
            return Plan(name: anomaly.rawValue, requests: [Self.report(days: Int.random(in: 1...3, using: &random))])
        }
    }

    /// What the stock is worth, as the back office asks inventory-service itself.
    static func report(days: Int) -> PlannedRequest {
        var report = PlannedRequest.get("report", "/reports/stock-valuation?days=\(days)")
        report.service = .inventory
        return report
    }
}
