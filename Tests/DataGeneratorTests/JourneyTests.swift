import HTTPTypes
import Testing

@testable import DataGenerator

@Suite("Journeys")
struct JourneyTests {
    private let catalogue = Catalogue(products: (0..<30).map { .init(id: "p\($0)", category: "c\($0 % 3)") })

    private func plan(seed: UInt64, classes: Bool = true) -> [Journey] {
        let planner = JourneyPlanner(seed: seed, catalogue: catalogue, classes: classes)
        return (0..<400).map { planner[$0] }
    }

    @Test("are the same, byte for byte, for the same seed, and others for another")
    func determinism() {
        #expect(plan(seed: 5) == plan(seed: 5))
        #expect(plan(seed: 5) != plan(seed: 6))
    }

    @Test("are mixed exactly in every block of twenty, in an order that differs")
    func mix() {
        let classes = plan(seed: 9).map(\.visitorClass)
        var orders: Set<[JourneyClass]> = []
        for start in stride(from: 0, to: classes.count, by: 20) {
            let block = Array(classes[start..<start + 20])
            for visitorClass in JourneyClass.allCases {
                #expect(block.filter { $0 == visitorClass }.count == visitorClass.shareOfTwenty)
            }
            orders.insert(block)
        }
        #expect(orders.count > 15)
    }

    @Test("of shoppers end with the checkout of what was put into the cart")
    func purchases() {
        for journey in plan(seed: 1, classes: false) {
            #expect(journey.visitorClass == .normal)
            #expect(journey.requests.first?.target == "/products")
            #expect(journey.requests.last?.target == "/checkout")
            #expect(journey.requests.contains { $0.target == "/cart/add" })
        }
    }

    @Test("show every kind of every class")
    func kinds() {
        let names = Set(plan(seed: 1).map(\.name))
        let expected =
            Visitor.Failure.allCases.map(\.rawValue) + Visitor.Anomaly.allCases.map(\.rawValue)
            + Visitor.Edge.allCases.map(\.rawValue) + ["purchase"]
        #expect(names == Set(expected))
    }

    @Test("are paid by Visa four times of five")
    func cards() {
        let visa = (0..<1_000).filter { Shopper(number: $0).card.number.hasPrefix("4") }
        #expect(visa.count == 800)
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
