import HTTPTypes

/// What the conditions of a request come to (RFC 9110, section 13.2.2).
enum Precondition {
    case passed
    case notModified
    case failed

    static func evaluate(_ fields: HTTPFields, entityTag: String, modified: Int) -> Precondition {
        if let wanted = fields[.ifMatch] {
            guard matches(wanted, entityTag, weakly: false) else { return .failed }
        } else if let date = fields[.ifUnmodifiedSince].flatMap(HTTPDate.init) {
            guard modified <= date.second else { return .failed }
        }
        if let known = fields[.ifNoneMatch] {
            return matches(known, entityTag, weakly: true) ? .notModified : .passed
        }
        if let date = fields[.ifModifiedSince].flatMap(HTTPDate.init) {
            return modified <= date.second ? .notModified : .passed
        }
        return .passed
    }

    /// Whether If-Range, where it is given, names exactly what is there.
    static func allowsRange(_ fields: HTTPFields, entityTag: String, modified: String) -> Bool {
        guard let condition = fields[.ifRange] else { return true }
        return condition == entityTag || condition == modified
    }

    private static func matches(_ list: String, _ entityTag: String, weakly: Bool) -> Bool {
        list.split(separator: ",").contains { item in
            var tag = item.drop { $0 == " " || $0 == "\t" }
            while tag.last == " " || tag.last == "\t" { tag.removeLast() }
            if tag == "*" { return true }
            if tag.hasPrefix("W/") {
                guard weakly else { return false }
                tag = tag.dropFirst(2)
            }
            return tag == entityTag
        }
    }
}
