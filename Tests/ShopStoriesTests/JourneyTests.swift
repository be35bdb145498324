import HTTPTypes
import Testing

@testable import LoadEngine
@testable import ShopStories

@Suite("Journeys")
struct JourneyTests {
    private let catalogue = Catalogue(products: (0..<30).map { .init(id: "p\($0)", category: "c\($0 % 3)") })

    private func plan(seed: UInt64, classes: JourneyPlanner.Classes = .all, count: UInt64 = 400) -> [Journey] {
        let population = Population(size: 1_000, visaShare: 0.8, seed: seed)
        let planner = JourneyPlanner(seed: seed, catalogue: catalogue, classes: classes, population: population)
        return (0..<count).map { planner.journey($0) }
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

    @Test("of shoppers go from the list of products to the order that was paid")
    func purchases() {
        for journey in plan(seed: 1, classes: .normal) {
            #expect(journey.visitorClass == .normal)
            var steps = journey.requests.map(\.step)
            #expect(steps.prefix(3) == ["browse", "product", "cart"])
            #expect(steps.suffix(3) == ["checkout", "payment", "order"])
            steps.removeAll { $0 == "product" || $0 == "cart" }
            #expect(steps == ["browse", "checkout", "payment", "order"])
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

    @Test("name the order that was placed, in target and body")
    func orders() {
        let journey = plan(seed: 3, classes: .normal)[0]
        let named = journey.requests.map { $0.naming(order: "ord_1") }
        #expect(named.last?.target == "/orders/ord_1")
        #expect(named.dropLast().last?.body.contains(#""order_id":"ord_1""#) == true)
        #expect(named.allSatisfy { !$0.namesOrder })
    }

    @Test("give every request of a run an id of its own, that the seed decides")
    func identifiers() {
        var ids: Set<RequestID> = []
        for visit in 0..<200 as Range<UInt64> {
            for step in 0..<20 {
                for copy in 0..<2 { ids.insert(RequestID(seed: 7, visit: visit, step: step, copy: copy)) }
            }
        }
        #expect(ids.count == 8_000)
        let id = RequestID(seed: 7, visit: 3, step: 1)
        #expect(id == RequestID(seed: 7, visit: 3, step: 1))
        #expect(id != RequestID(seed: 8, visit: 3, step: 1))
        #expect(id.description.count == 16 && UInt64(id.description, radix: 16) == id.value)
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
