/// Parts of an answer that are written while ClickHouse's rows are read, so that the rows need not be held.
struct AnswerPieces: Sendable {
    private(set) var pieces: [[UInt8]] = []
    private var size = 0
    private let limit: Int

    /// - Parameter limit: How many bytes they may have together.
    init(limit: Int) {
        self.limit = limit
    }

    /// Adds one.
    mutating func append(_ piece: [UInt8]) throws(QueryFailure) {
        size += piece.count
        guard size <= limit else {
            throw .tooMuch("the answer is larger than \(limit) bytes: ask for fewer traces or a shorter range")
        }
        pieces.append(piece)
    }

    /// Writes them, with commas between them.
    func write(to stream: AnswerStream) async throws {
        for (index, piece) in pieces.enumerated() {
            if index > 0 { stream.bytes.append(UInt8(ascii: ",")) }
            stream.bytes.append(contentsOf: piece)
            try await stream.sendIfLarge()
        }
    }
}
