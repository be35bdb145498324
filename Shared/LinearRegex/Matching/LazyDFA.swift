/// A deterministic automaton that is built while it runs: a state is a set of places in the program.
///
/// Each byte costs a table lookup once its state is known. When there are too many states, it forgets them all.
struct LazyDFA {
    private static let maximumStates = 1024
    private static let dead: Int32 = 0
    private static let unknown: Int32 = -1

    private let program: Program
    private let isAnchored: Bool
    private let classes: [UInt8]
    private let classCount: Int

    private var places: [[Int32]] = []
    private var matches: [Bool] = []
    private var matchesAtEnd: [Bool] = []
    private var transitions: [Int32] = []
    private var known: [[Int32]: Int32] = [:]
    private var start: Int32 = 0
    private var visited: [UInt32]
    private var generation: UInt32 = 0

    init(_ program: Program, isAnchored: Bool) {
        self.program = program
        self.isAnchored = isAnchored
        classes = program.byteClasses
        classCount = Int(classes[255]) + 1
        visited = Array(repeating: 0, count: program.instructions.count)
        forget()
    }

    /// Whether the whole text matches or, when not anchored, any part of it.
    mutating func matches(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var state = start
        for byte in bytes {
            if !isAnchored, matches[Int(state)] { return true }
            let kind = Int(classes[Int(byte)])
            var next = transitions[Int(state) * classCount + kind]
            if next == Self.unknown { next = step(from: state, by: byte, kind: kind) }
            if next == Self.dead { return false }
            state = next
        }
        return matchesAtEnd[Int(state)]
    }

    private mutating func step(from state: Int32, by byte: UInt8, kind: Int) -> Int32 {
        var next: [Int32] = []
        generation &+= 1
        for place in places[Int(state)] {
            if case .bytes(let range, let target) = program.instructions[Int(place)], range.contains(byte) {
                close(over: target, into: &next, isAtStart: false, isAtEnd: false)
            }
        }
        if !isAnchored { close(over: program.start, into: &next, isAtStart: false, isAtEnd: false) }
        if places.count >= Self.maximumStates {
            // The state is not remembered as a successor: its predecessor is forgotten too.
            forget()
            return intern(next)
        }
        let found = intern(next)
        transitions[Int(state) * classCount + kind] = found
        return found
    }

    private mutating func forget() {
        places = []
        matches = []
        matchesAtEnd = []
        transitions = []
        known = [:]
        _ = intern([])
        var first: [Int32] = []
        generation &+= 1
        close(over: program.start, into: &first, isAtStart: true, isAtEnd: false)
        start = intern(first, isAtStart: true)
    }

    private mutating func intern(_ set: [Int32], isAtStart: Bool = false) -> Int32 {
        let set = set.sorted()
        if !isAtStart, let state = known[set] { return state }
        let state = Int32(places.count)
        places.append(set)
        transitions += Array(repeating: Self.unknown, count: classCount)
        if set.isEmpty, isAnchored { for kind in 0..<classCount { transitions[Int(state) * classCount + kind] = 0 } }
        matches.append(set.contains { isMatch($0) })
        matchesAtEnd.append(reachesMatchAtEnd(set, isAtStart: isAtStart))
        if !isAtStart { known[set] = state }
        return state
    }

    private func isMatch(_ place: Int32) -> Bool {
        if case .match = program.instructions[Int(place)] { true } else { false }
    }

    private mutating func reachesMatchAtEnd(_ set: [Int32], isAtStart: Bool) -> Bool {
        var closed: [Int32] = []
        generation &+= 1
        for place in set { close(over: place, into: &closed, isAtStart: isAtStart, isAtEnd: true) }
        return closed.contains { isMatch($0) }
    }

    /// Follows what takes no byte. Assertions about the end stay in the set, to be asked at the end.
    private mutating func close(over place: Int32, into set: inout [Int32], isAtStart: Bool, isAtEnd: Bool) {
        var pending = [place]
        while let place = pending.popLast() {
            guard visited[Int(place)] != generation else { continue }
            visited[Int(place)] = generation
            switch program.instructions[Int(place)] {
            case .bytes, .match: set.append(place)
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .jump(let next), .save(_, let next): pending.append(next)
            case .assert(.textStart, let next): if isAtStart { pending.append(next) }
            case .assert(_, let next): if isAtEnd { pending.append(next) } else { set.append(place) }
            case .fail: break
            }
        }
    }
}
