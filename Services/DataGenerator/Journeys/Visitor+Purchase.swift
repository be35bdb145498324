extension Visitor {
    /// The everyday visit: look around, pick something, put it into the cart, pay, look at the order.
    mutating func purchase() -> [PlannedRequest] {
        var requests: [PlannedRequest] = [.get("/products")]
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let product = product()
            requests.append(after(20...120, .get("/products/\(product.id)")))
            requests.append(after(20...120, add(product.id, quantity: Int.random(in: 1...2, using: &random))))
        }
        requests.append(after(50...200, checkout()))
        return requests
    }
}
