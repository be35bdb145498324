import Foundation
import RunJournal
import Testing

@testable import LoadEngine
@testable import ShopStories

@Suite("Visitors whom a scenario names", .timeLimit(.minutes(2)))
struct NamedVisitsTests {
    private static let yaml = """
        name: x
        duration: 40s
        visitors:
          - {email: second@example.com, start: 0.4s}
          - {email: Braulio@example.com, start: 0s}
        """

    private func visits(_ shop: RecordingShop, control: LoadControl, repeats: Bool = false) throws -> NamedVisits {
        let story = try Scenario(yaml: Self.yaml, file: "x.yaml", seed: 1).compressed(4)
        return NamedVisits(
            scenario: repeats ? story.repeated() : story,
            run: .test(shop.origin),
            catalogue: RecordingShop.catalogue,
            control: control
        )
    }

    @Test("come at their times, buy by Visa under their own address, and are beside the load's figures")
    func byTheProtocol() async throws {
        let shop = try RecordingShop()
        let visits = try visits(shop, control: LoadControl())
        try await shop.serving { await visits.start(from: .now) }
        let orders = shop.requests.filter { $0.head.hasPrefix("POST\n/checkout\n") }
            .map { String(decoding: $0.body, as: UTF8.self) }
        #expect(orders.count == 2)
        #expect(orders[0].contains("Braulio@example.com") && orders[1].contains("second@example.com"))
        #expect(orders.allSatisfy { $0.contains(#""424242"#) })
        let counts = visits.run.report.current
        #expect(counts.beside.started == 2 && counts.beside.requests == shop.requests.count)
        #expect(counts.total.requests == 0)
    }

    @Test("end with the load, also those who were to come later")
    func stopped() async throws {
        let (shop, control) = (try RecordingShop(), LoadControl())
        let visits = try visits(shop, control: control, repeats: true)
        try await shop.serving {
            await withTaskGroup { group in
                group.addTask { await visits.start(from: .now) }
                while shop.requests.isEmpty { try? await Task.sleep(for: .milliseconds(5)) }
                control.stop()
            }
        }
        #expect(visits.run.report.current.beside.started <= 2)
    }

    @Test("are left to browsers in a file of the run's folder, with the moments at which they are due")
    func leftToBrowsers() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/named-visits-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let clock = WallClock()
        let record = RunRecord(
            runID: "run",
            seed: 1,
            scenario: "x",
            arrivals: "5",
            startedAt: Moment(nanoseconds: 0),
            target: ""
        )
        let truth = try TruthFolder(folder, run: record, clock: clock)
        let visits = try visits(RecordingShop(), control: LoadControl())
        let began = Instant.now
        try visits.leave(in: truth, clock: clock, from: began)
        struct Left: Decodable, Equatable {
            struct Visitor: Decodable, Equatable {
                let email: String
                let dueAt: String

                private enum CodingKeys: String, CodingKey {
                    case email
                    case dueAt = "due_at"
                }
            }
            let visitors: [Visitor]
        }
        let data = try #require(FileManager.default.contents(atPath: folder + "/visitors.json"))
        let left = try JSONDecoder().decode(Left.self, from: data)
        #expect(left.visitors.map(\.email) == ["Braulio@example.com", "second@example.com"])
        #expect(left.visitors[0].dueAt == clock.moment(began).text)
        #expect(left.visitors[1].dueAt == clock.moment(began + .seconds(0.1)).text)
    }

    @Test("come in each round of a story without end")
    func rounds() throws {
        let visits = try visits(RecordingShop(), control: LoadControl(), repeats: true)
        #expect(visits.arrivals.prefix(4).map(\.start) == [0, 0.1, 10, 10.1])
        #expect(Set(visits.arrivals.indices.map { visits.journey($0, visits.arrivals[$0]).number }).count == 200)
    }
}
