/// The series of a stream by their attributes. The stream's lock guards it.
struct SeriesTable: ~Copyable {
    private struct Entry {
        let attributes: AttributeSet
        let aggregator: Aggregator
    }

    private var entries: ContiguousArray<Entry> = []
    /// Places in `entries`, plus one, by hash; zero is free.
    private var places: ContiguousArray<Int32> = ContiguousArray(repeating: 0, count: 16)

    init() {}

    var count: Int { entries.count }

    /// The series with these attributes.
    @inline(__always)
    func find(_ attributes: AttributeSet) -> Aggregator? {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: attributes.storage.hash) & mask
        while true {
            let index = places[place]
            if index == 0 { return nil }
            if entries[Int(index) - 1].attributes == attributes { return entries[Int(index) - 1].aggregator }
            place = (place + 1) & mask
        }
    }

    /// Adds a series that is not there yet.
    mutating func insert(_ attributes: AttributeSet, _ aggregator: Aggregator) {
        entries.append(Entry(attributes: attributes, aggregator: aggregator))
        if entries.count * 2 > places.count { index(capacity: places.count * 2) } else { place(entries.count) }
    }

    func forEach(_ body: (AttributeSet, Aggregator) -> Void) {
        for entry in entries { body(entry.attributes, entry.aggregator) }
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        index(capacity: places.count)
    }

    mutating func removeAll(where isRemoved: (Aggregator) -> Bool) {
        let before = entries.count
        entries.removeAll { isRemoved($0.aggregator) }
        if entries.count != before { index(capacity: places.count) }
    }

    private mutating func index(capacity: Int) {
        places = ContiguousArray(repeating: 0, count: capacity)
        for number in 1...max(1, entries.count) where number <= entries.count { place(number) }
    }

    private mutating func place(_ number: Int) {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: entries[number - 1].attributes.storage.hash) & mask
        while places[place] != 0 { place = (place + 1) & mask }
        places[place] = Int32(number)
    }
}
