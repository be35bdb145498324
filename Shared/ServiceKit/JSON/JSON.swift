import FoundationEssentials

/// JSON as this suite writes it: members sorted, so that the same value is always the same bytes.
public enum JSON {
    /// The bytes of a value.
    ///
    /// Only for types whose encoding cannot fail: no floating-point value that is not finite.
    public static func encode(_ value: some Encodable) -> [UInt8] {
        if let value = value as? any JSONWritable {
            var json = JSONWriter()
            value.write(to: &json)
            return json.bytes
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            preconditionFailure("\(type(of: value)) cannot be written as JSON: \(error)")
        }
    }

    /// Reads a value from bytes.
    ///
    /// - Throws: A ``Problem``: 400 when the bytes are not JSON, 422 with the field's path when a member is missing or of
    ///   the wrong type. Unknown members are ignored.
    public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        if let readable = type as? any JSONReadable.Type, let value = read(readable, from: bytes) as? Value {
            return value
        }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
            guard let path = MisfitNumber.path(in: bytes, for: type) else {
                throw Problem.malformed("The body is not JSON.")
            }
            throw Problem.invalid(Problem.path(path), "must be a whole number that is not too large")
        } catch let error as DecodingError {
            throw Problem(error)
        }
    }

    private static func read(_ type: any JSONReadable.Type, from bytes: [UInt8]) -> (any JSONReadable)? {
        var json = JSONReader(bytes)
        let value = type.init(reading: &json)
        return json.isAtEnd ? value : nil
    }
}

extension Problem {
    fileprivate init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self = .invalid(Self.path(context.codingPath + [key]), "is required")
        case .valueNotFound(_, let context):
            self = .invalid(Self.path(context.codingPath), "must not be null")
        case .typeMismatch(let type, let context):
            self = .invalid(Self.path(context.codingPath), "must be \(Self.noun(type))")
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            self = .invalid(Self.path(context.codingPath), "has a value that cannot be used")
        default:
            self = .malformed("The body is not JSON.")
        }
    }

    fileprivate static func path(_ keys: [any CodingKey]) -> String {
        var path = ""
        for key in keys {
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return path.isEmpty ? "body" : path
    }

    private static func noun(_ type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is [Any].Type: "an array"
        default: "an object"
        }
    }
}
