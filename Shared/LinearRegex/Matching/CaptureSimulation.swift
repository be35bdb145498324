/// Runs all threads of a program side by side over the text (Pike's algorithm), each with what it captured.
struct CaptureSimulation {
    private struct Thread {
        let place: Int32
        let slots: [Int]
    }

    private let program: Program
    private let isAnchored: Bool
    private var visited: [Int]
    private var generation = 0

    init(_ program: Program, isAnchored: Bool) {
        self.program = program
        self.isAnchored = isAnchored
        visited = Array(repeating: 0, count: program.instructions.count)
    }

    /// How many bytes were looked at, by all runs.
    private(set) var bytesRead = 0

    /// Offsets of the start and end of the match and of each group, -1 for one that took no part.
    ///
    /// - Parameter first: Where the match may begin at the earliest.
    mutating func run(_ bytes: UnsafeBufferPointer<UInt8>, from first: Int = 0) -> [Int]? {
        var threads: [Thread] = []
        var best: [Int]?
        for offset in first...bytes.count {
            bytesRead += 1
            let next = offset < bytes.count ? bytes[offset] : nil
            let previous = offset > 0 ? bytes[offset - 1] : nil
            generation += 1
            var alive: [Thread] = []
            for thread in threads {
                add(thread.place, thread.slots, to: &alive, at: offset, after: previous, before: next)
            }
            // A new thread is the last choice: the leftmost match wins.
            if offset == first || (!isAnchored && best == nil) {
                var slots = Array(repeating: -1, count: program.slots)
                slots[0] = offset
                add(program.start, slots, to: &alive, at: offset, after: previous, before: next)
            }
            threads = []
            for thread in alive {
                switch program.instructions[Int(thread.place)] {
                case .bytes(let range, let target):
                    if let next, range.contains(next) { threads.append(Thread(place: target, slots: thread.slots)) }
                case .match:
                    if isAnchored, next != nil { continue }
                    best = thread.slots
                    best?[1] = offset
                default: continue
                }
                // Threads behind one that matches are worse choices.
                if case .match = program.instructions[Int(thread.place)] { break }
            }
            if threads.isEmpty, isAnchored || best != nil { break }
        }
        return best
    }

    private mutating func add(
        _ place: Int32,
        _ slots: [Int],
        to threads: inout [Thread],
        at offset: Int,
        after previous: UInt8?,
        before next: UInt8?
    ) {
        var pending = [Thread(place: place, slots: slots)]
        while let thread = pending.popLast() {
            guard visited[Int(thread.place)] != generation else { continue }
            visited[Int(thread.place)] = generation
            switch program.instructions[Int(thread.place)] {
            case .bytes, .match: threads.append(thread)
            case .split(let first, let second):
                pending.append(Thread(place: second, slots: thread.slots))
                pending.append(Thread(place: first, slots: thread.slots))
            case .jump(let target): pending.append(Thread(place: target, slots: thread.slots))
            case .save(let slot, let target):
                var slots = thread.slots
                slots[Int(slot)] = offset
                pending.append(Thread(place: target, slots: slots))
            case .assert(let assertion, let target):
                if assertion.holds(after: previous, before: next) {
                    pending.append(Thread(place: target, slots: thread.slots))
                }
            case .fail: break
            }
        }
    }
}
