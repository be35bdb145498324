import HTTPTypes
import Testing

@testable import LoadEngine
@testable import ShopStories

@Suite("Journeys")
struct JourneyTests {
    private let catalogue = Catalogue(products: (0..<30).map { .init(id: "p\($0)", category: "c\($0 % 3)") })

    private func plan(seed: UInt64, classes: ClassShares = .all, count: UInt64 = 400) -> [Journey] {
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
            #expect(JourneyClass.allCases.map { each in block.filter { $0 == each }.count } == [14, 3, 2, 1])
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
        let names = Set(plan(seed: 1, count: 2_000).map(\.name))
        let expected =
            Visitor.Failure.allCases.map(\.rawValue) + Visitor.Anomaly.allCases.map(\.rawValue)
            + Visitor.Edge.allCases.map(\.rawValue) + ["purchase"]
        #expect(names == Set(expected))
    }

    @Test("that are to fail time out, break off and earn a 500, among others")
    func failures() {
        let requests = plan(seed: 1, count: 2_000).filter { $0.visitorClass == .errorInjection }.flatMap(\.requests)
        #expect(requests.contains { $0.expectation == .timeout })
        #expect(requests.contains { $0.expectation == .reset })
        let failing = requests.filter { $0.expectation == .statuses([500]) }
        #expect(!failing.isEmpty && failing.allSatisfy { $0.service == .inventory })
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

    @Test(
        "come in the shares that were asked for, exactly in each block",
        arguments: [
            ("all", [14, 3, 2, 1]), ("40/30/20/10", [4, 3, 2, 1]), ("97/1/1/1", [97, 1, 1, 1]),
            ("normal", [1, 0, 0, 0]),
        ]
    )
    func shares(text: String, counts: [Int]) throws {
        let shares = try #require(ClassShares(text))
        let size = counts.reduce(0, +)
        let mix = ClassMix(shares, seed: 5)
        for block in 0..<3 {
            let classes = (0..<size).map { mix[block * size + $0] }
            #expect(JourneyClass.allCases.map { name in classes.filter { $0 == name }.count } == counts)
        }
    }

    @Test(
        "in shares that make no sense are refused",
        arguments: ["", "70/15/10", "70/15/10/6", "110/-10/0/0", "a/b/c/d", "some"]
    )
    func malformedShares(text: String) {
        #expect(ClassShares(text) == nil)
    }
}
