import Testing

@testable import Collector

@Suite("What a log knows of its batches")
struct LogCatalogTests {
    private func request(_ batch: UInt64, items: Int = 1) -> LogFrame {
        LogFrame(
            .request,
            sequence: 1,
            batch: BatchID(number: batch),
            arrival: batch * 100,
            items: items,
            payload: [1, 2, 3]
        )
    }

    /// Three segments: batches 1 and 2 in the first, 2 and 3 in the second, 4 in the third.
    private func catalog() -> LogCatalog {
        var catalog = LogCatalog()
        for (segment, batches) in [(1, [1, 1, 2]), (2, [2, 3]), (3, [4])] as [(UInt64, [UInt64])] {
            catalog.begin(segment: segment)
            for (index, batch) in batches.enumerated() { catalog.add(request(batch), at: index * 55) }
            catalog.setSize(batches.count * 55)
        }
        return catalog
    }

    @Test("Batches are given out in order, each with its stretch, but not the open one")
    func order() {
        var catalog = catalog()
        let open = BatchID(number: 4)
        let given = [catalog.takeBatch(except: open), catalog.takeBatch(except: open), catalog.takeBatch(except: open)]
        #expect(given.map { $0?.id.number } == [1, 2, 3])
        #expect(given.map { $0?.items } == [2, 2, 1])
        #expect(given[0]?.first == .init(segment: 1, offset: 0))
        #expect(given[0]?.end == .init(segment: 1, offset: 110))
        #expect(given[1]?.first == .init(segment: 1, offset: 110))
        #expect(given[1]?.end == .init(segment: 2, offset: 55))
        #expect(catalog.takeBatch(except: open) == nil)
        #expect(catalog.takeBatch(except: nil)?.id == open)
        #expect(catalog.takeBatch(except: nil) == nil)
        #expect(catalog.bytes == 6 * 55)
    }

    @Test("Segments go when all before their end is finished, in whatever order that happens, but the last stays")
    func segments() {
        let batches: [UInt64] = [1, 2, 3, 4]
        for order in permutations(batches) {
            var catalog = catalog()
            var finished: Set<UInt64> = []
            var removed: [UInt64] = []
            for batch in order {
                removed += catalog.finish(BatchID(number: batch))
                finished.insert(batch)
                var expected: [UInt64] = []
                if finished.isSuperset(of: [1, 2]) { expected.append(1) }
                if finished.isSuperset(of: [1, 2, 3]) { expected.append(2) }
                #expect(removed == expected)
                #expect(catalog.unfinishedItems == 6 - finished.reduce(0) { $0 + [1: 2, 2: 2, 3: 1, 4: 1][$1]! })
            }
            #expect(catalog.segments.map(\.number) == [3])
            #expect(catalog.oldestArrival == nil)
        }
    }

    private func permutations(_ values: [UInt64]) -> [[UInt64]] {
        guard values.count > 1 else { return [values] }
        return values.flatMap { value in
            permutations(values.filter { $0 != value }).map { [value] + $0 }
        }
    }

    @Test("A batch that is finished before it was given out is not given out")
    func finishedEarly() {
        var catalog = catalog()
        catalog.add(
            LogFrame(.finished, sequence: 9, batch: BatchID(number: 1), arrival: 0, items: 0, payload: []),
            at: 55
        )
        catalog.add(
            LogFrame(.finished, sequence: 9, batch: BatchID(number: 77), arrival: 0, items: 0, payload: []),
            at: 55
        )
        #expect(catalog.takeBatch(except: nil)?.id.number == 2)
        #expect(catalog.oldestArrival == 200)
    }
}
