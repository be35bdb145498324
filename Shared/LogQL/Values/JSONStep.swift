/// A step into a document of JSON: a member's name or an element's number.
public enum JSONStep: Hashable, Sendable {
    /// `.name`, `["name"]`.
    case member(String)
    /// `[2]`.
    case element(Int)

    /// Reads `response.headers["User-Agent"][0]`; `nil` for a text that is no such path.
    static func path(_ text: String) -> [JSONStep]? {
        var rest = text.unicodeScalars[...]
        var steps: [JSONStep] = []
        while let first = rest.first {
            if first == "[" {
                rest.removeFirst()
                if rest.first == "\"" {
                    rest.removeFirst()
                    guard let end = rest.firstIndex(of: "\"") else { return nil }
                    steps.append(.member(String(Substring(rest[..<end]))))
                    rest = rest[rest.index(after: end)...]
                } else {
                    let digits = rest.prefix { ("0"..."9").contains($0) }
                    guard let number = Int(String(Substring(digits))) else { return nil }
                    steps.append(.element(number))
                    rest = rest[digits.endIndex...]
                }
                guard rest.popFirst() == "]" else { return nil }
                continue
            }
            if !steps.isEmpty {
                guard first == "." else { return nil }
                rest.removeFirst()
            }
            let name = rest.prefix { $0 != "." && $0 != "[" && $0 != "]" && $0 != "\"" && $0 != " " }
            guard !name.isEmpty else { return nil }
            steps.append(.member(String(Substring(name))))
            rest = rest[name.endIndex...]
        }
        return steps.isEmpty ? nil : steps
    }
}
