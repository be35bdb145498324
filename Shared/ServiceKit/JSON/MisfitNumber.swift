import FoundationEssentials

/// Finds the number that keeps a document from being read as a type: 1.5 or 1e30 where a whole number is wanted.
///
/// The decoder reports such a number as if the text were no JSON, without its place. So the numbers that no `Int` can
/// hold are made zero one after another until decoding succeeds: the last one is the culprit.
enum MisfitNumber {
    /// How many numbers are tried; beyond that the place is not worth the work.
    private static let mostTries = 16

    /// The number's path, or `nil` when the bytes are no JSON, or nothing of this kind is wrong with them.
    static func path<Value: Decodable>(in bytes: [UInt8], for type: Value.Type) -> [any CodingKey]? {
        guard var document = try? JSONDecoder().decode(Node.self, from: Data(bytes)) else { return nil }
        for path in document.misfits(at: []).prefix(mostTries) {
            document.clear(path[...])
            do {
                _ = try JSONDecoder().decode(type, from: JSONEncoder().encode(document))
                return path
            } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
                continue
            } catch {
                return path
            }
        }
        return nil
    }
}

/// Any JSON.
private enum Node: Codable {
    case object([String: Node])
    case array([Node])
    case number(Double)
    case text(String)
    case truth(Bool)
    case null

    /// A step into an object or an array.
    struct Step: CodingKey {
        let stringValue: String
        let intValue: Int?

        init(stringValue: String) {
            self.stringValue = stringValue
            intValue = nil
        }

        init(intValue: Int) {
            stringValue = String(intValue)
            self.intValue = intValue
        }
    }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let truth = try? value.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let elements = try? value.decode([Node].self) {
            self = .array(elements)
        } else {
            self = .object(try value.decode([String: Node].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .object(let members): try container.encode(members)
        case .array(let elements): try container.encode(elements)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .truth(let truth): try container.encode(truth)
        case .null: try container.encodeNil()
        }
    }

    /// The paths of numbers that no `Int` can hold.
    func misfits(at path: [Step]) -> [[Step]] {
        switch self {
        case .object(let members):
            members.sorted { $0.key < $1.key }.flatMap { $1.misfits(at: path + [Step(stringValue: $0)]) }
        case .array(let elements):
            elements.enumerated().flatMap { $1.misfits(at: path + [Step(intValue: $0)]) }
        case .number(let number): Int(exactly: number) == nil ? [path] : []
        case .text, .truth, .null: []
        }
    }

    /// Makes the value at a path zero.
    mutating func clear(_ path: ArraySlice<Step>) {
        guard let step = path.first else {
            self = .number(0)
            return
        }
        switch self {
        case .object(var members):
            members[step.stringValue]?.clear(path.dropFirst())
            self = .object(members)
        case .array(var elements):
            guard let index = step.intValue, elements.indices.contains(index) else { return }
            elements[index].clear(path.dropFirst())
            self = .array(elements)
        case .number, .text, .truth, .null: return
        }
    }
}
