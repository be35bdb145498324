extension Visitor {
    /// Ways of behaving that are unlike a shopper's.
    enum Anomaly: String, CaseIterable {
        case rapidRetries = "rapid_retries"
        case doubleClick = "double_click"
        case unusualSequence = "unusual_sequence"
        case scraping
    }

    /// A visit that behaves in one of these ways.
    mutating func anomaly(_ anomaly: Anomaly) -> (name: String, requests: [PlannedRequest]) {
        let product = product()
        var requests: [PlannedRequest]
        switch anomaly {
        case .rapidRetries:
            requests = [.get("/products"), after(20...80, add(product.id, quantity: 1))]
            requests += Array(repeating: add(product.id, quantity: 1), count: 5)
            requests.append(after(20...80, checkout()))
        case .doubleClick:
            requests = [.get("/products"), after(20...80, add(product.id, quantity: 1).sent(.twice))]
            requests.append(after(20...80, checkout()))
        case .unusualSequence:
            requests = [
                checkout().expecting(400, 409, 422),
                .get("/products/\(product.id)"),
                .get("/products"),
            ]
        case .scraping:
            requests = catalogue.products.shuffled(using: &random).prefix(15).map { .get("/products/\($0.id)") }
        }
        return (anomaly.rawValue, requests)
    }
}
