import RunJournal
import Testing

@testable import GroundTruth

@Suite("The definitions of incidents")
struct DefinitionTests {
    @Test(
        "are complete: each can be read, and every query that it names is there and used",
        arguments: IncidentDefinition.names
    )
    func complete(_ name: String) throws {
        let definition = try IncidentDefinition.named(name)
        #expect(definition.facts.name == name)
        #expect(Set(definition.queries.names).isSubset(of: definition.neededQueries))
        for needed in definition.neededQueries { #expect(try !definition.queries[needed].isEmpty) }
        #expect(!definition.facts.path.isEmpty && !definition.facts.distractors.isEmpty)
        #expect(!definition.facts.necessarySignals.isEmpty)
        let root = definition.facts.root
        #expect(definition.facts.path[0].from == .init(service: root.service, operation: root.operation))
        #expect(Oracle.rules.map(\.mechanism).contains(root.mechanism))
    }

    @Test("are nine, each with a mechanism of its own")
    func nine() throws {
        let mechanisms = try IncidentDefinition.names.map { try IncidentDefinition.named($0).facts.root.mechanism }
        #expect(mechanisms.count == 9)
        #expect(Set(mechanisms).count == 9)
    }

    @Test("share no query that none of them uses")
    func shared() throws {
        let used = try IncidentDefinition.names.map { try IncidentDefinition.named($0) }
            .map { $0.neededQueries.subtracting($0.queries.names) }
        #expect(try Set(IncidentDefinition.shop().names) == used.reduce(into: []) { $0.formUnion($1) })
    }

    @Test("lead from step to step without a gap", arguments: IncidentDefinition.names)
    func chained(_ name: String) throws {
        let path = try IncidentDefinition.named(name).facts.path
        for (step, next) in zip(path, path.dropFirst()) { #expect(step.to == next.from) }
    }

    @Test("say so when an incident is unknown")
    func unknown() {
        #expect(throws: UnknownIncident.self) { _ = try IncidentDefinition.named("meteor") }
    }

    @Test(
        "are not known to the oracle: no rule names an incident, the truth or a switch",
        arguments: Oracle.rules.indices
    )
    func oracle(_ index: Int) {
        let text = String(decoding: Oracle.rules[index].sql, as: UTF8.self).lowercased()
        let own = Oracle.rules[index].mechanism
        for word in LeakAudit.standardWords where word != own { #expect(!text.contains(word.lowercased()), "\(word)") }
        #expect(!text.contains("ground_truth"))
    }
}

@Suite("A file of queries")
struct NamedQueriesTests {
    @Test("gives each query by its name, with its description")
    func names() throws {
        let queries = try NamedQueries("-- name: a\n\n-- What a is.\nSELECT 1\n\n-- name: b\nSELECT 2\n")
        #expect(queries.names == ["a", "b"])
        #expect(try queries["a"] == "-- What a is.\nSELECT 1")
        #expect(try queries["b"] == "SELECT 2")
        #expect(throws: QueryFileError.missing("c")) { _ = try queries["c"] }
    }

    @Test("is refused when a name stands twice")
    func twice() {
        #expect(throws: QueryFileError.repeated("a")) {
            _ = try NamedQueries("-- name: a\n1\n-- name: a\n2\n-- name: b\n3")
        }
    }

    @Test("has what all share, and its own where it says it again")
    func otherwise() throws {
        let shared = try NamedQueries("-- name: a\n1\n-- name: b\n2")
        let queries = try NamedQueries("-- name: b\n3", otherwise: shared)
        #expect(try queries["a"] == "1")
        #expect(try queries["b"] == "3")
        #expect(queries.names == ["b"])
    }

    @Test("is filled with times, so that anybody can run what a label says")
    func filled() throws {
        let moment = try #require(Moment("2026-01-02T03:04:05.000000006Z"))
        #expect(
            "at >= {from:DateTime64(9)}".filled(["from": moment])
                == "at >= toDateTime64('2026-01-02 03:04:05.000000006', 9, 'UTC')"
        )
    }
}
