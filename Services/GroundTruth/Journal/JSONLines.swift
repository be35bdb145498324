import FoundationEssentials

/// Files with one JSON document a line.
enum JSONLines {
    /// Decodes one line after another, so that a long file needs little memory.
    ///
    /// - Throws: ``FileProblem`` with the line's number. A last line without its end is what a crash leaves, and is left
    ///   out.
    static func forEach<Value: Decodable>(
        _ type: Value.Type,
        in file: String,
        _ body: (Value) throws -> Void
    ) throws {
        guard let data = try? Data(contentsOf: URL(filePath: file), options: .mappedIfSafe) else {
            throw FileProblem.missing(file)
        }
        let decoder = JSONDecoder()
        var number = 0
        var start = data.startIndex
        while let end = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
            number += 1
            let line = data[start..<end]
            start = data.index(after: end)
            if line.isEmpty { continue }
            let value: Value
            do {
                value = try decoder.decode(type, from: line)
            } catch {
                throw FileProblem.unreadable(file, line: number, "\(DecodingReason(error))")
            }
            try body(value)
        }
    }
}
