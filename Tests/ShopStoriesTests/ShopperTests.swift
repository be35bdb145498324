import HTTPTypes
import Testing

@testable import LoadEngine
@testable import ShopStories

@Suite("Shoppers")
struct ShopperTests {
    private func isValid(_ number: String) -> Bool {
        let sum = number.reversed().enumerated().reduce(0) { sum, digit in
            let value = digit.element.wholeNumberValue ?? 0
            let doubled = digit.offset.isMultiple(of: 2) ? value : value * 2
            return sum + (doubled > 9 ? doubled - 9 : doubled)
        }
        return sum.isMultiple(of: 10)
    }

    @Test("pay by Visa in the given share, exact in every twenty", arguments: [(0.8, 16), (0, 0), (1, 20), (0.5, 10)])
    func cards(share: Double, ofTwenty: Int) {
        let population = Population(size: 1_000, visaShare: share, seed: 1)
        for start in stride(from: 0, to: 1_000, by: 20) {
            let numbers = (start..<start + 20).map { population.shopper($0).card.number }
            #expect(numbers.filter { $0.hasPrefix("4") }.count == ofTwenty)
        }
    }

    @Test("have the same address and card at every visit, and cards of their own that pass the check digit")
    func identity() {
        let population = Population(size: 1_000, visaShare: 0.8, seed: 1)
        let numbers = (0..<1_000).map { population.shopper($0).card.number }
        #expect(Set(numbers).count == 1_000)
        #expect(numbers.allSatisfy { $0.count == 16 && isValid($0) })
        #expect(population.shopper(17) == Population(size: 50, visaShare: 0.8, seed: 9).shopper(17))
    }

    @Test("come once in each round, in an order that differs", arguments: [1, 7, 20, 1_000])
    func rounds(size: Int) {
        let population = Population(size: size, visaShare: 0.8, seed: 4)
        let rounds = (0..<3).map { round in
            (0..<size).map { population.user(ofVisit: UInt64(round * size + $0)) }
        }
        for round in rounds { #expect(Set(round) == Set(0..<size)) }
        if size >= 20 { #expect(rounds[0] != rounds[1]) }
    }

    @Test("go on with their session, unless something was left in the cart or they are still there")
    func sessions() {
        let sessions = ShopperSessions()
        var jar = CookieJar()
        jar.take(from: [.setCookie: "session=abc"])

        #expect(sessions.enter(1).isOwn)
        #expect(!sessions.enter(1).isOwn, "Still there: another device.")
        sessions.leave(1, with: jar)
        #expect(sessions.enter(1).cookies == jar)
        sessions.leave(1, with: nil)
        #expect(sessions.enter(1).cookies == CookieJar())
        #expect(sessions.enter(2).cookies == CookieJar())
    }
}
