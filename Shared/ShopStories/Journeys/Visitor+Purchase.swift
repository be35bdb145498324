import SeededRandom

extension Visitor {
    /// The everyday visit: browse -> product -> cart -> checkout -> payment -> order.
    mutating func purchase() -> [PlannedRequest] {
        var requests = [browse()]
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let product = product()
            requests.append(after(20...120, look(at: product)))
            requests.append(after(20...120, add(product.id, quantity: Int.random(in: 1...2, using: &random))))
        }
        requests.append(after(50...200, checkout()))
        requests.append(after(10...40, payment()))
        requests.append(after(20...80, order()))
        return requests
    }
}
