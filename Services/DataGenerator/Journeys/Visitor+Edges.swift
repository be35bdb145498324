extension Visitor {
    /// Ways of going to the edge of what is allowed, or a step beyond.
    enum Edge: String, CaseIterable {
        case largePayload = "large_payload"
        case specialCharacters = "special_characters"
        case boundaryQuantity = "boundary_quantity"
    }

    /// A visit that goes to one of these edges.
    mutating func edge(_ edge: Edge) -> (name: String, requests: [PlannedRequest]) {
        let product = product()
        switch edge {
        case .largePayload:
            let note = String(repeating: "x", count: 100_000)
            let body = #"{"product_id": "\#(product.id)", "quantity": 1, "note": "\#(note)"}"#
            return (edge.rawValue, [.post("/cart/add", body).expecting(200, 201, 413)])
        case .specialCharacters:
            let name = "%F0%9F%8E%81%20%22%3Cb%3E%26%27%0A"
            return (
                edge.rawValue,
                [
                    .get("/products?search=\(name)").expecting(200, 422),
                    .get("/products/\(name)").expecting(400, 404, 422),
                    .post("/cart/add", #"{"product_id": "🎁 <b>&'", "quantity": 1}"#).expecting(404, 422),
                ]
            )
        case .boundaryQuantity:
            let quantities = [0, -1, 1, 2_147_483_648]
            return (
                edge.rawValue,
                quantities.map { quantity in
                    add(product.id, quantity: quantity).expecting(200, 201, 409, 422)
                }
            )
        }
    }
}
