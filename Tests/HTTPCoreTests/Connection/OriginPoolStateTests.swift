import Testing

@testable import HTTPCore

@Suite("The state of a client's connections to one origin", .timeLimit(.minutes(3)))
struct OriginPoolStateTests {
    private struct Link: Identifiable, Equatable {
        let id: Int
    }

    /// The pool with all its callers.
    private struct World: ExploredWorld {
        enum Event {
            case acquire
            case leave(Int)
            case opened(Int)
            case giveBack(Int)
            case giveUp(Int)
            case foundStale(Int)
            case idleEnded(Link)
            case shutDown
        }

        enum Caller: Equatable {
            case queued
            case opening
            case has(Link)
            case done
        }

        static let limit = 2
        static let waitingLimit = 2
        static let maximumCallers = 5

        var pool = OriginPoolState<Link>(limit: limit, waitingLimit: waitingLimit)
        var callers: [Caller] = []
        var kept: [Link] = []
        var closed: Set<Int> = []
        var lastLink = 0
        var isShutDown = false

        var possibleEvents: [Event] {
            var events: [Event] = callers.count < Self.maximumCallers ? [.acquire] : []
            for (id, caller) in callers.enumerated() {
                switch caller {
                case .queued: events.append(.leave(id))
                case .opening: events += [.opened(id), .giveUp(id)]
                case .has: events += [.giveBack(id), .giveUp(id), .foundStale(id)]
                case .done: break
                }
            }
            events += kept.map { .idleEnded($0) }
            // An alarm may ring for a connection that somebody has taken meanwhile.
            if case .has(let link)? = callers.first(where: { if case .has = $0 { true } else { false } }) {
                events.append(.idleEnded(link))
            }
            if !isShutDown { events.append(.shutDown) }
            return events
        }

        mutating func apply(_ event: Event) -> String? {
            var wrong: String?
            switch event {
            case .acquire:
                callers.append(.done)
                let id = callers.count - 1
                switch pool.acquire(id) {
                case .granted(let grant): wrong = receive(id, grant)
                case .queued:
                    callers[id] = .queued
                    if held < Self.limit { wrong = "a caller waits though there is a place" }
                case .refused(.shutDown): if !isShutDown { wrong = "refused as if it were shut down" }
                case .refused(.queueFull): if queued < Self.waitingLimit { wrong = "refused though there is room" }
                }
            case .leave(let id):
                if !pool.leave(id) { wrong = "a caller in the queue is not known" }
                if pool.leave(id) { wrong = "a caller leaves twice" }
                callers[id] = .done
            case .opened(let id):
                lastLink += 1
                callers[id] = .has(Link(id: lastLink))
            case .giveBack(let id):
                guard case .has(let link) = callers[id] else { return "the model is wrong" }
                callers[id] = .done
                switch pool.giveBack(link) {
                case .grant(let next, let grant):
                    wrong = callers[next] == .queued ? receive(next, grant) : "granted to a caller that does not wait"
                case .keep: kept.append(link)
                case .close:
                    closed.insert(link.id)
                    if !isShutDown { wrong = "a good connection is closed" }
                }
            case .giveUp(let id):
                if case .has(let link) = callers[id] { closed.insert(link.id) }
                callers[id] = .done
                if let next = pool.giveUp() {
                    if callers[next] != .queued { return "granted to a caller that does not wait" }
                    callers[next] = .opening
                }
            case .foundStale(let id):
                guard case .has(let link) = callers[id] else { return "the model is wrong" }
                closed.insert(link.id)
                callers[id] = .done
                wrong = receive(id, pool.replace())
            case .idleEnded(let link):
                let ended = pool.idleEnded(link.id)
                if (ended != nil) != kept.contains(link) { wrong = "the end of \(link) meets the wrong owner" }
                if let ended {
                    kept.removeAll { $0 == ended }
                    closed.insert(ended.id)
                }
            case .shutDown:
                isShutDown = true
                let (idle, waiting) = pool.shutDown()
                if idle != kept { wrong = "other connections are closed than were kept" }
                closed.formUnion(idle.map(\.id))
                kept = []
                for id in waiting {
                    if callers[id] != .queued { wrong = "a caller is refused that does not wait" }
                    callers[id] = .done
                }
                if queued > 0 { wrong = "a caller waits for ever" }
            }
            return wrong ?? broken
        }

        private mutating func receive(_ id: Int, _ grant: OriginPoolState<Link>.Grant) -> String? {
            switch grant {
            case .open: callers[id] = .opening
            case .reuse(let link):
                if closed.contains(link.id) { return "\(link) is used after its end" }
                if callers.contains(.has(link)) { return "\(link) belongs to two" }
                kept.removeAll { $0 == link }
                callers[id] = .has(link)
            }
            return nil
        }

        private var held: Int { callers.count { $0 == .opening || { if case .has = $0 { true } else { false } }($0) } }
        private var queued: Int { callers.count { $0 == .queued } }

        private var broken: String? {
            if pool.held != held { return "the pool counts \(pool.held) places, the callers hold \(held)" }
            if pool.idleCount != kept.count { return "the pool keeps \(pool.idleCount) of \(kept.count)" }
            if pool.waitingCount != queued { return "the pool knows \(pool.waitingCount) of \(queued) who wait" }
            if held + kept.count > Self.limit { return "there are more connections than allowed" }
            if queued > 0, held < Self.limit { return "a caller waits though there is a place" }
            return nil
        }
    }

    @Test("gives each connection one owner and each caller one answer, in every order of events")
    func everyOrder() async {
        #expect(await explore(World(), length: 7) > 10_000)
    }

    @Test("serves callers in the order in which they came, also when others leave")
    func order() {
        var pool = OriginPoolState<Link>(limit: 1, waitingLimit: 100)
        let answers = (0...50).map { pool.acquire($0) }
        #expect(answers == [.granted(.open)] + Array(repeating: .queued, count: 50))
        let stay = Array(stride(from: 7, through: 49, by: 7))
        for id in 1...50 where !stay.contains(id) { _ = pool.leave(id) }
        let link = Link(id: 0)
        let returns = (0...stay.count).map { _ in pool.giveBack(link) }
        #expect(returns == stay.map { .grant($0, .reuse(link)) } + [.keep])
    }
}
