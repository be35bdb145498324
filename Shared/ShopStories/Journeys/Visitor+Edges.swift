extension Visitor {
    /// Ways of going to the edge of what is allowed, or a step beyond.
    enum Edge: String, CaseIterable {
        case largePayload = "large_payload"
        case specialCharacters = "special_characters"
        case boundaryQuantity = "boundary_quantity"
        case slowClient = "slow_client"
    }

    /// A visit that goes to one of these edges.
    mutating func edge(_ edge: Edge) -> Plan {
        let product = product()
        switch edge {
        case .largePayload:
            let note = String(repeating: "x", count: 100_000)
            let body = #"{"product_id":"\#(product.id)","quantity":1,"note":"\#(note)"}"#
            return Plan(
                name: edge.rawValue,
                requests: [.post("cart", "/cart/add", body).expecting(413), add(product.id, quantity: 1)]
            )
        case .specialCharacters:
            let name = "%F0%9F%8E%81%20%22%3Cb%3E%26%27%0A"
            return Plan(
                name: edge.rawValue,
                requests: [
                    .get("search", "/products?q=\(name)").expecting(200, 422),
                    .get("product", "/products/\(name)").expecting(400, 404, 422),
                    add("🎁 <b>&'", quantity: 1).expecting(404, 422),
                ]
            )
        case .boundaryQuantity:
            let refused = [0, -1, 101, 2_147_483_648].map { add(product.id, quantity: $0).expecting(422) }
            return Plan(
                name: edge.rawValue,
                requests: [add(product.id, quantity: 1), add(product.id, quantity: 99).expecting(200, 409)] + refused
            )
        case .slowClient:
            let line = add(product.id, quantity: 1).sent(.slow(over: .milliseconds(1_500)))
            return Plan(name: edge.rawValue, requests: [browse(), after(20...80, line)])
        }
    }
}
