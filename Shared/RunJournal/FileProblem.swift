/// Why a file of a run cannot be used.
package enum FileProblem: Error, Equatable, CustomStringConvertible {
    case missing(String)
    case unreadable(String, line: Int?, String)

    package var description: String {
        switch self {
        case .missing(let file): "\(file) is not there: give the folder that data-generator --journal wrote."
        case .unreadable(let file, let line, let reason):
            "\(file)\(line.map { ", line \($0)" } ?? "") cannot be read: \(reason)"
        }
    }
}

/// What is wrong with a document, in words.
package struct DecodingReason: CustomStringConvertible {
    package let error: any Error
    private let depth: Int

    /// Creates a reason.
    ///
    /// - Parameter depth: How many steps of the way to the place are known and left out.
    package init(_ error: any Error, below depth: Int = 0) {
        self.error = error
        self.depth = depth
    }

    package var description: String {
        func path(_ context: DecodingError.Context, _ last: [any CodingKey] = []) -> String {
            let steps = context.codingPath.dropFirst(depth) + last
            let keys = steps.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
            return keys.isEmpty ? "the document" : keys.joined(separator: ".")
        }
        return switch error {
        case DecodingError.keyNotFound(let key, let context): "\(path(context, [key])) is missing"
        case DecodingError.valueNotFound(_, let context): "\(path(context)) is null"
        case DecodingError.typeMismatch(let type, let context): "\(path(context)) is no \(type)"
        case DecodingError.dataCorrupted(let context): "\(path(context)): \(context.debugDescription)"
        default: "\(error)"
        }
    }
}
