import LoadEngine
import Yams

extension Scenario {
    /// Reads a scenario.
    ///
    /// - Parameters:
    ///   - yaml: The text of the file.
    ///   - file: Its name, for messages.
    ///   - seed: What random times are drawn from.
    /// - Throws: ``ScenarioError``: the first thing that is wrong.
    package init(yaml: String, file: String, seed: UInt64) throws(ScenarioError) {
        let root = try ScenarioNode(yaml: yaml, file: file)
        let members = try root.members([
            "name", "description", "duration", "arrivals", "incidents", "random", "changes", "visitors", "repeat",
        ])
        func required(_ name: String) throws(ScenarioError) -> ScenarioNode {
            guard let node = members[name] else { throw root.error("'\(name)' is missing") }
            return node
        }
        name = try required("name").text()
        description = try members["description"]?.text() ?? ""
        let duration = try required("duration").seconds(least: 1)
        self.duration = duration
        arrivals = try members["arrivals"].map(Self.arrivals)
        repeats = try members["repeat"]?.flag() ?? false
        self.seed = seed
        timeScale = 1
        var schedule: RandomSchedule?
        var incidents: [PlannedIncident] = []
        for node in try members["incidents"]?.elements() ?? [] {
            let incident = try Self.incident(node)
            guard incident.end <= duration else {
                throw node.error("ends after \(Int(incident.end))s, and the scenario after \(Int(duration))s")
            }
            let overlaps = incidents.contains {
                $0.kind == incident.kind && $0.start < incident.end && incident.start < $0.end
            }
            if overlaps { throw node.error("overlaps with another \(incident.kind.rawValue)") }
            incidents.append(incident)
        }
        if let node = members["random"] {
            guard incidents.isEmpty else { throw node.error("stands for 'incidents': write one of the two") }
            let random = try Self.random(node)
            guard random.needed(of: duration) <= duration else {
                throw node.error("needs \(Int(random.needed(of: duration)))s, and the scenario has \(Int(duration))s")
            }
            schedule = random
            incidents = random.incidents(duration: duration, seed: seed)
        }
        self.schedule = schedule
        self.incidents = incidents.sorted { ($0.start, $0.kind.rawValue) < ($1.start, $1.kind.rawValue) }
        var changes: [PlannedChange] = []
        for node in try members["changes"]?.elements() ?? [] {
            let change = try Self.change(node)
            guard change.end <= duration else {
                throw node.error("ends after \(Int(change.end))s, and the scenario after \(Int(duration))s")
            }
            guard !changes.contains(where: { $0.kind == change.kind && $0.start < change.end && change.start < $0.end })
            else { throw node.error("overlaps with another \(change.kind.rawValue)") }
            changes.append(change)
        }
        self.changes = changes.sorted { ($0.start, $0.kind.rawValue) < ($1.start, $1.kind.rawValue) }
        var visitors: [PlannedVisitor] = []
        for node in try members["visitors"]?.elements() ?? [] {
            let visitor = try Self.visitor(node)
            guard visitor.start < duration else {
                throw node.error("comes after \(Int(visitor.start))s, and the scenario ends after \(Int(duration))s")
            }
            visitors.append(visitor)
        }
        self.visitors = visitors.sorted { ($0.start, $0.email) < ($1.start, $1.email) }
    }

    private static func arrivals(_ node: ScenarioNode) throws(ScenarioError) -> Arrivals {
        let text = node.node.scalar?.string ?? ""
        guard let arrivals = Arrivals(text: text) else {
            throw node.error("'\(text)' is no profile: write \(Arrivals.grammar)")
        }
        return arrivals
    }

    private static func incident(_ node: ScenarioNode) throws(ScenarioError) -> PlannedIncident {
        let members = try node.members(["incident", "start", "duration", "intensity", "difficulty"])
        guard let kind = members["incident"] else { throw node.error("'incident' is missing") }
        guard let start = members["start"] else { throw node.error("'start' is missing") }
        guard let duration = members["duration"] else { throw node.error("'duration' is missing") }
        return PlannedIncident(
            kind: try kind.choice(IncidentKind.self),
            start: try start.seconds(),
            duration: try duration.seconds(least: 1),
            intensity: try members["intensity"]?.share() ?? 1,
            difficulty: try members["difficulty"]?.choice(PlannedIncident.Difficulty.self) ?? .medium
        )
    }

    private static func visitor(_ node: ScenarioNode) throws(ScenarioError) -> PlannedVisitor {
        let members = try node.members(["email", "start"])
        guard let email = members["email"] else { throw node.error("'email' is missing") }
        guard let start = members["start"] else { throw node.error("'start' is missing") }
        let address = try email.text()
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), address.utf8.count <= 254,
            address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw email.error("'\(address)' is no e-mail address") }
        return PlannedVisitor(email: address, start: try start.seconds())
    }

    private static func change(_ node: ScenarioNode) throws(ScenarioError) -> PlannedChange {
        let members = try node.members(["change", "start", "duration", "share"])
        guard let kind = members["change"] else { throw node.error("'change' is missing") }
        guard let start = members["start"] else { throw node.error("'start' is missing") }
        guard let duration = members["duration"] else { throw node.error("'duration' is missing") }
        return PlannedChange(
            kind: try kind.choice(ChangeKind.self),
            start: try start.seconds(),
            duration: try duration.seconds(least: 1),
            share: try members["share"]?.share() ?? 1
        )
    }

    private static func random(_ node: ScenarioNode) throws(ScenarioError) -> RandomSchedule {
        let members = try node.members(["shares", "turn", "quiet", "intensity", "difficulty"])
        guard let shares = members["shares"] else { throw node.error("'shares' is missing") }
        let byName = try shares.members(IncidentKind.allCases.map(\.rawValue))
        guard !byName.isEmpty else { throw shares.error("must name an incident") }
        var kinds: [(IncidentKind, Double)] = []
        // In a fixed order, so that the seed alone decides.
        for kind in IncidentKind.allCases {
            if let share = byName[kind.rawValue] { kinds.append((kind, try share.share())) }
        }
        return RandomSchedule(
            shares: kinds,
            turn: try members["turn"]?.seconds(least: 1) ?? 60,
            quiet: try members["quiet"]?.seconds() ?? 30,
            intensity: try members["intensity"]?.share() ?? 1,
            difficulty: try members["difficulty"]?.choice(PlannedIncident.Difficulty.self) ?? .medium
        )
    }
}
