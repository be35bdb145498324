/// The connections to one origin: who has one, who waits for one, and which are kept for later.
///
/// A value without sockets, clocks or locks. Each of its places belongs to one caller or to one idle connection, and a
/// caller in the queue is answered once. Callers wait only while all places are held by others.
struct OriginPoolState<Connection: Identifiable> {
    /// What a caller may do now. It holds a place until it gives the connection back or the place up.
    enum Grant {
        /// Send its request on a connection that an earlier request has used.
        case reuse(Connection)
        /// Open a connection.
        case open
    }

    /// Why a caller gets nothing.
    enum Refusal: Equatable {
        case shutDown
        /// As many callers as allowed wait already.
        case queueFull
    }

    enum Answer {
        case granted(Grant)
        /// It waits in the queue.
        case queued
        case refused(Refusal)
    }

    /// What becomes of a connection that was given back.
    enum Return {
        /// It goes to the caller who has waited longest.
        case grant(WaiterQueue.ID, Grant)
        /// It is kept for the next caller.
        case keep
        case close
    }

    private let limit: Int
    private let waitingLimit: Int
    /// The most recently used last: it is the one that is used next.
    private var idle: [Connection] = []
    private var waiting = WaiterQueue()
    private var isShutDown = false
    /// The places that callers hold.
    private(set) var held = 0

    init(limit: Int, waitingLimit: Int) {
        self.limit = max(1, limit)
        self.waitingLimit = waitingLimit
    }

    var idleCount: Int { idle.count }
    var waitingCount: Int { waiting.count }

    // MARK: Callers

    /// A caller wants a connection.
    mutating func acquire(_ id: WaiterQueue.ID) -> Answer {
        if isShutDown { return .refused(.shutDown) }
        if let grant = take() { return .granted(grant) }
        guard waiting.count < waitingLimit else { return .refused(.queueFull) }
        waiting.append(id)
        return .queued
    }

    /// A caller leaves the queue; whether it was in it, and has no answer yet.
    mutating func leave(_ id: WaiterQueue.ID) -> Bool { waiting.remove(id) }

    /// The connection that a caller was granted turned out to have ended, and is closed; it keeps its place.
    mutating func replace() -> Grant {
        held -= 1
        return take() ?? open()
    }

    /// A connection is ready for its next request.
    mutating func giveBack(_ connection: Connection) -> Return {
        held -= 1
        if isShutDown { return .close }
        if let next = waiting.popFirst() {
            held += 1
            return .grant(next, .reuse(connection))
        }
        idle.append(connection)
        return .keep
    }

    /// A caller gives its place up: its connection is closed, or was never opened. Who may open one now.
    mutating func giveUp() -> WaiterQueue.ID? {
        held -= 1
        guard !isShutDown, let next = waiting.popFirst() else { return nil }
        held += 1
        return next
    }

    // MARK: Connections

    /// A connection that was kept has ended, or was kept long enough: it is to be closed. `nil` when a caller has it
    /// meanwhile, who finds out by itself.
    mutating func idleEnded(_ id: Connection.ID) -> Connection? {
        idle.firstIndex { $0.id == id }.map { idle.remove(at: $0) }
    }

    /// Ends it: what is to be closed, and who is to be refused.
    mutating func shutDown() -> (idle: [Connection], waiting: [WaiterQueue.ID]) {
        isShutDown = true
        defer { idle = [] }
        return (idle, waiting.removeAll())
    }

    private mutating func take() -> Grant? {
        if let connection = idle.popLast() {
            held += 1
            return .reuse(connection)
        }
        return held < limit ? open() : nil
    }

    private mutating func open() -> Grant {
        held += 1
        return .open
    }
}

extension OriginPoolState.Grant: Equatable where Connection: Equatable {}
extension OriginPoolState.Answer: Equatable where Connection: Equatable {}
extension OriginPoolState.Return: Equatable where Connection: Equatable {}
