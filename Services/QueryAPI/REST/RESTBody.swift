import HTTPCore
import ServiceKit

/// The members that bodies of this API have. Each request takes some of them, and refuses the others by name.
struct RESTBody: Decodable, Sendable {
    private(set) var texts: [String: String] = [:]
    private(set) var numbers: [String: Double] = [:]
    private(set) var lists: [String: [String]] = [:]
    private(set) var maps: [String: [String: String]] = [:]

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Reads the members by the type that each has.
    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        for name in members.allKeys {
            if let text = try? members.decode(String.self, forKey: name) {
                texts[name.stringValue] = text
            } else if let number = try? members.decode(Double.self, forKey: name) {
                numbers[name.stringValue] = number
            } else if let list = try? members.decode([String].self, forKey: name) {
                lists[name.stringValue] = list
            } else {
                maps[name.stringValue] = try members.decode([String: String].self, forKey: name)
            }
        }
    }

    /// Reads the body of a request.
    ///
    /// - Parameter names: The members that it may have.
    static func read(_ question: Question, _ names: Set<String>) async throws -> RESTBody {
        let bytes = try await question.request.body.collect(upTo: QueryFrame.maximumBodyBytes)
        let body: RESTBody
        do { body = try JSON.decode(RESTBody.self, from: bytes) } catch let problem as Problem {
            throw QueryFailure.invalid(problem.detail ?? "the body cannot be read")
        }
        let unknown = body.names.subtracting(names).sorted()
        guard unknown.isEmpty else {
            let known = names.sorted().joined(separator: ", ")
            throw QueryFailure.invalid("\(PrometheusTime.quoted(unknown[0])) is not known here; there are \(known)")
        }
        return body
    }

    private var names: Set<String> {
        Set(texts.keys).union(numbers.keys).union(lists.keys).union(maps.keys)
    }

    /// A text; `nil` where there is none.
    func text(_ name: String) throws(QueryFailure) -> String? {
        if let text = texts[name] { return text.isEmpty ? nil : text }
        guard names.contains(name) else { return nil }
        throw .invalid("\(name) must be a text")
    }

    /// A whole number.
    func count(_ name: String, default number: Int, in range: ClosedRange<Int>) throws(QueryFailure) -> Int {
        guard names.contains(name) else { return number }
        guard let value = numbers[name], let count = Int(exactly: value), range.contains(count) else {
            throw .invalid("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return count
    }

    /// A list of texts.
    func list(_ name: String) throws(QueryFailure) -> [String] {
        guard names.contains(name) else { return [] }
        guard let list = lists[name] else { throw .invalid("\(name) must be a list of texts") }
        return list
    }

    /// Texts by name.
    func map(_ name: String) throws(QueryFailure) -> [String: String] {
        guard names.contains(name) else { return [:] }
        guard let map = maps[name] else { throw .invalid("\(name) must be an object of texts") }
        return map
    }

    /// The time that the request is about: the last hour where it names none.
    func span() throws(QueryFailure) -> TimeSpan {
        try RESTTime.span(from: text("start_time"), through: text("end_time"), lookback: 3_600_000)
    }
}
