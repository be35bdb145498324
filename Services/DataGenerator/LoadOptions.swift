import ArgumentParser
import HTTPCore
import LoadEngine
import RunJournal
import ServiceKit
import ShopStories

/// What is sent, and how.
struct LoadOptions: ParsableArguments {
    @Option(
        help: """
            A file with LOAD_SCENARIO, LOAD_RATE, LOAD_SEED and LOAD_CLASSES, for what neither options nor environment say \
            (default: LOAD_CONFIG, or none).
            """
    )
    var config: String?

    @Option(help: "Visits that start each second (default: LOAD_RATE, what the scenario says, or 5).")
    var rate: Double?

    @Option(help: "Visits over time: \(Arrivals.grammar).")
    var arrivals: Arrivals?

    @Option(help: "How starts are spaced: even or poisson.")
    var spacing: ArrivalSchedule.Spacing?

    @Option(
        help: """
            A story with incidents: a name that --list-scenarios lists, or a file such as ./mine.yaml (default: \
            LOAD_SCENARIO, told again and again, or none).
            """
    )
    var scenario: String?

    @Option(help: "Tell the scenario's story so many times faster; arrivals stay what they are.")
    var timeScale: Double = 1

    @Flag(help: "List the built-in scenarios and end.")
    var listScenarios = false

    @Flag(help: "Say whether these options, the scenario and the environment can be used, and end.")
    var check = false

    @Option(help: "What all choices are drawn from (default: LOAD_SEED, or 1).")
    var seed: UInt64?

    @Option(help: "Who comes: \(ClassShares.grammar) (default: LOAD_CLASSES, or all).")
    var classes: ClassShares?

    @Option(help: "The shop's origin (default: SAMPLE_APP_URL, or http://127.0.0.1:8000).")
    var target: String?

    @Option(help: "Stop after this many seconds (default: when the scenario is over, or at SIGINT or SIGTERM).")
    var duration: Double?

    @Option(help: "How many people shop; each has an address, a session and a card.")
    var shoppers = 1_000

    @Option(help: "The share of people who pay by Visa, from 0 to 1; the others use Mastercard.")
    var visaShare = 0.8

    @Option(help: "Connections to the shop, at most.")
    var connections = 1_024

    @Option(help: "Closed model: so many users, each after the last visit and a time to think.")
    var users: Int?

    @Option(help: "Closed model: seconds between two visits of a user.")
    var thinkTime: Double?

    @Option(help: "Wait at most this many seconds for the shop's first answer (default: until it comes).")
    var waitForShop: Double?

    @Option(help: "Instead of visits: GET this path, again and again.")
    var path: String?

    @Option(help: "Folder for run.json, journal.jsonl and injections.jsonl; DIR/RUN-ID is made in it.")
    var journal: String?

    mutating func validate() throws {
        if let rate, !(rate > 0 && rate <= 100_000) {
            throw ValidationError("--rate must be above 0 and at most 100000.")
        }
        if rate != nil, arrivals != nil { throw ValidationError("Give --rate or --arrivals, not both.") }
        if users != nil, rate != nil || arrivals != nil || spacing != nil {
            throw ValidationError("--users is the closed model, in which the shop decides the rate: leave out --rate.")
        }
        if scenario != nil, path != nil { throw ValidationError("--path sends no visits, so there is no --scenario.") }
        guard (1...100).contains(timeScale) else { throw ValidationError("--time-scale must be from 1 to 100.") }
        if timeScale != 1, scenario == nil { throw ValidationError("--time-scale needs --scenario.") }
        if let waitForShop, !(0...86_400).contains(waitForShop) {
            throw ValidationError("--wait-for-shop must be from 0 to 86400 seconds.")
        }
        if thinkTime != nil, users == nil { throw ValidationError("--think-time needs --users.") }
        if let users, !(1...100_000).contains(users) { throw ValidationError("--users must be from 1 to 100000.") }
        if let thinkTime, !(0...3_600).contains(thinkTime) {
            throw ValidationError("--think-time must be from 0 to 3600 seconds.")
        }
        if let duration, !(duration > 0 && duration <= 86_400 * 30) {
            throw ValidationError("--duration must be above 0 and at most 2592000 seconds.")
        }
        guard (1...10_000_000).contains(shoppers) else {
            throw ValidationError("--shoppers must be from 1 to 10000000.")
        }
        guard (0...1).contains(visaShare) else { throw ValidationError("--visa-share must be from 0 to 1.") }
        guard (1...20_000).contains(connections) else {
            throw ValidationError("--connections must be from 1 to 20000.")
        }
        if let target, Origin(target) == nil {
            throw ValidationError("--target \(target) is no origin: give one such as http://127.0.0.1:8000.")
        }
        if let path, !path.hasPrefix("/") { throw ValidationError("--path must begin with a slash.") }
    }
}

/// What the command line comes to.
struct LoadPlan: Sendable {
    let seed: UInt64
    let arrivals: Arrivals
    let closed: (users: Int, thinkTime: Duration)?
    /// Nanoseconds.
    let duration: Int64?
    let classes: ClassShares
    let population: Population
    let target: Target
    let client: HTTPClient
    let connections: Int
    let path: String?
    let journalFolder: String?
    /// As it runs, compressed already.
    let scenario: Scenario?
    let timeScale: Double
    /// `nil` where the scenario lays no weakness bare and changes nothing.
    let admin: FaultAdmin?
    /// Nanoseconds; `nil` waits until the shop answers.
    let waitForShop: Int64?
    /// Whether those whom the scenario names come by browsers, which find them in the journal's folder.
    let leavesNamedVisitors: Bool
}

extension LoadOptions {
    /// The plan, with what the environment says where the command line says nothing, and the file where neither does.
    ///
    /// - Throws: `ValidationError` for a file, a scenario or a variable that cannot be used.
    func plan(_ environment: Settings = Settings()) throws -> LoadPlan {
        var configuration = HTTPClient.Configuration()
        configuration.maximumConnectionsPerOrigin = connections
        configuration.maximumWaitingPerOrigin = 100_000
        let client = HTTPClient(configuration: configuration)
        do {
            let file = config ?? environment.string("LOAD_CONFIG")
            let settings = try file.map { try LoadFile.settings(at: $0, below: environment) } ?? environment
            let seed = try self.seed ?? UInt64(settings.integer("LOAD_SEED", default: 1))
            let story = try story(settings, seed: seed)
            let rate = try self.rate ?? environmentRate(settings)
            var arrivals = arrivals ?? rate.map { Arrivals(rate: $0) } ?? story?.arrivals ?? Arrivals(rate: 5)
            if let spacing { arrivals.spacing = spacing }
            let given = target.flatMap { Origin($0) }
            let shop = try given ?? settings.origin("SAMPLE_APP_URL", default: "http://127.0.0.1:8000")
            let inventory = try settings.origin("INVENTORY_SERVICE_URL", default: "http://127.0.0.1:8002")
            let mustArm = story.map { story in
                !story.changes.isEmpty || story.incidents.contains { $0.kind.mechanism == .armed }
            }
            return LoadPlan(
                seed: seed,
                arrivals: arrivals,
                closed: users.map { ($0, .seconds(thinkTime ?? 1)) },
                duration: (duration ?? (story?.repeats == true ? nil : story?.duration)).map { .seconds($0) },
                classes: try chosenClasses(settings),
                population: Population(size: shoppers, visaShare: visaShare, seed: seed),
                target: Target(shop: shop, inventory: inventory, client: client),
                client: client,
                connections: connections,
                path: path,
                journalFolder: journal,
                scenario: story,
                timeScale: timeScale,
                admin: mustArm == true ? try FaultAdmin(settings) : nil,
                waitForShop: waitForShop.map { .seconds($0) },
                leavesNamedVisitors: try settings.choice("LOAD_NAMED_VISITORS", ["requests", "browsers"]) == "browsers"
            )
        } catch let error as SettingError {
            throw ValidationError(error.description)
        } catch let error as ScenarioError {
            throw ValidationError(error.description)
        }
    }

    /// The scenario; `LOAD_SCENARIO`, told again and again, where the command line has neither a scenario nor a path.
    private func story(_ settings: Settings, seed: UInt64) throws(ScenarioError) -> Scenario? {
        if let scenario { return try ScenarioLibrary.scenario(scenario, seed: seed).compressed(timeScale) }
        guard path == nil, let everyday = settings.string("LOAD_SCENARIO") else { return nil }
        return try ScenarioLibrary.scenario(everyday, seed: seed).repeated()
    }

    /// `LOAD_RATE`, where the command line has no arrivals of its own.
    private func environmentRate(_ settings: Settings) throws(SettingError) -> Double? {
        guard arrivals == nil, users == nil, settings.string("LOAD_RATE") != nil else { return nil }
        return try settings.number("LOAD_RATE", default: 5, in: 0.001...100_000)
    }

    /// `LOAD_CLASSES`.
    private func chosenClasses(_ settings: Settings) throws(SettingError) -> ClassShares {
        if let classes { return classes }
        let text = settings.string("LOAD_CLASSES", default: "all")
        guard let shares = ClassShares(text) else {
            throw SettingError(variable: "LOAD_CLASSES", value: text, allowed: ClassShares.grammar)
        }
        return shares
    }
}
