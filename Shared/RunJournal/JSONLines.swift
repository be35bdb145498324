import FoundationEssentials

/// A file with one JSON document a line, read line by line so that a long one needs little memory.
///
/// A last line without its end is what a crash leaves, and is left out.
package struct JSONLines<Value: Decodable> {
    private let file: String
    private let data: Data
    private var start: Data.Index
    private var number = 0
    private let decoder = JSONDecoder()

    /// Opens a file.
    ///
    /// - Throws: ``FileProblem/missing(_:)``.
    package init(_ file: String) throws(FileProblem) {
        guard let data = try? Data(contentsOf: URL(filePath: file), options: .mappedIfSafe) else {
            throw .missing(file)
        }
        self.file = file
        self.data = data
        start = data.startIndex
    }

    /// The next document; `nil` at the end.
    ///
    /// - Throws: ``FileProblem/unreadable(_:line:_:)`` with the line's number.
    package mutating func next() throws(FileProblem) -> Value? {
        while let end = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
            number += 1
            let line = data[start..<end]
            start = data.index(after: end)
            if line.isEmpty { continue }
            do {
                return try decoder.decode(Value.self, from: line)
            } catch {
                throw .unreadable(file, line: number, "\(DecodingReason(error))")
            }
        }
        return nil
    }
}
