/// Who has to be looked at when: a binary heap, earliest first.
///
/// An entry is a reminder, not a deadline. The channel knows its real deadline; one that moved later is simply reminded
/// again, so that extending a deadline, which every request does, costs nothing. Entries name channels by token: one that
/// is closed is not kept alive by its reminder.
struct ExpiryHeap {
    struct Entry {
        let time: MonotonicTime
        let token: UInt64
    }

    private var entries: [Entry] = []

    var first: MonotonicTime? { entries.first?.time }

    mutating func insert(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].time < entries[parent].time else { break }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out the earliest entry if its time has come.
    mutating func popDue(at now: MonotonicTime) -> Entry? {
        guard let first = entries.first, first.time <= now else { return nil }
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first }
        entries[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].time < entries[least].time { least = child }
            }
            guard least != parent else { return first }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
