import FoundationEssentials
import HTTPCore
import Logging
import ServiceKit

/// `GET /reports/stock-valuation`.
struct ReportRoutes: Sendable {
    let valuation: StockValuation
    let logger: Logger

    func add(to router: inout Router) {
        router.get("/reports/stock-valuation") { request, _ in
            let days = try days(request)
            let lines = try await valuation.compute(days: days, now: Date().timeIntervalSince1970)
            logger.info("Stock valued", metadata: ["product.count": "\(lines.count)", "report.days": "\(days)"])
            return .json(ValuationDocument(lines))
        }
    }

    private func days(_ request: Request) throws -> Int {
        guard let text = request.query["days"] else { return 1 }
        guard let days = Int(text), (1...31).contains(days) else {
            throw Problem.invalid("days", "must be a whole number from 1 to 31")
        }
        return days
    }
}

/// What the stock is worth, as clients see it; amounts are in minor units.
struct ValuationDocument: Codable, Sendable, Equatable {
    struct Line: Codable, Sendable, Equatable {
        let productID: String
        let units: Int
        let value: Int

        enum CodingKeys: String, CodingKey {
            case productID = "product_id"
            case units, value
        }
    }

    let lines: [Line]
    let total: Int
    let currency: String

    init(_ lines: [StockValuation.Line]) {
        self.lines = lines.map { Line(productID: $0.productID, units: $0.units, value: $0.value.amount) }
        total = lines.reduce(0) { $0 + $1.value.amount }
        currency = Currency.usd.rawValue
    }
}
