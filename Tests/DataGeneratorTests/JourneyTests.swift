import HTTPTypes
import Testing

@testable import DataGenerator

@Suite("Journeys")
struct JourneyTests {
    private let catalogue = Catalogue(products: (0..<30).map { .init(id: "p\($0)", category: "c\($0 % 3)") })

    @Test("are the same, byte for byte, for the same seed, and others for another")
    func determinism() {
        let first = (0..<500).map { PurchaseJourney(number: $0, seed: 5, catalogue: catalogue).requests }
        let second = (0..<500).map { PurchaseJourney(number: $0, seed: 5, catalogue: catalogue).requests }
        let other = (0..<500).map { PurchaseJourney(number: $0, seed: 6, catalogue: catalogue).requests }
        #expect(first == second)
        #expect(first != other)
    }

    @Test("end with the checkout of what was put into the cart")
    func shape() throws {
        for number in 0..<200 {
            let requests = PurchaseJourney(number: number, seed: 1, catalogue: catalogue).requests
            #expect(requests.first?.target == "/products")
            #expect(requests.last?.target == "/checkout")
            #expect(requests.contains { $0.target == "/cart/add" })
        }
    }

    @Test("keep the cookies of a visit")
    func cookies() {
        var jar = CookieJar()
        #expect(jar.field == nil)
        jar.take(from: [.setCookie: "session=abc; Path=/; HttpOnly"])
        jar.take(from: [.setCookie: "session=def"])
        #expect(jar.field == "session=def")
    }
}
