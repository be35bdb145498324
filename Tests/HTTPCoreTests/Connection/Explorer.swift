import Testing

/// A state machine together with a model of everybody who uses it.
protocol ExploredWorld {
    associatedtype Event

    /// What can happen now.
    var possibleEvents: [Event] { get }
    /// Lets it happen; what is wrong afterwards, or `nil`.
    mutating func apply(_ event: Event) -> String?
}

/// Tries every sequence of events up to a length, and reports the first that ends in something wrong.
///
/// - Returns: How many sequences were tried.
@discardableResult
func explore<World: ExploredWorld>(_ world: World, length: Int) async -> Int {
    var tried = 0
    var history: [World.Event] = []

    func goOn(from world: World) async -> Bool {
        guard history.count < length else { return true }
        for event in world.possibleEvents {
            var next = world
            history.append(event)
            tried += 1
            // Other tests use the thread, too.
            if tried.isMultiple(of: 256) { await Task.yield() }
            if let wrong = next.apply(event) {
                Issue.record("\(wrong)\nafter \(history)")
                return false
            }
            guard await goOn(from: next) else { return false }
            history.removeLast()
        }
        return true
    }

    _ = await goOn(from: world)
    return tried
}
