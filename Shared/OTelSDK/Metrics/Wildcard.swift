/// Patterns with `*` and `?`.
enum Wildcard {
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let text = Array(text.utf8)
        var position = 0
        var index = 0
        var star: (pattern: Int, text: Int)?
        while index < text.count {
            if position < pattern.count, pattern[position] == UInt8(ascii: "*") {
                star = (position, index)
                position += 1
            } else if position < pattern.count, [text[index], UInt8(ascii: "?")].contains(pattern[position]) {
                position += 1
                index += 1
            } else if let last = star {
                position = last.pattern + 1
                index = last.text + 1
                star = (last.pattern, index)
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
