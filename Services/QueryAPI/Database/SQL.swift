/// The text of a statement, made of constants of this service's source and of nothing else.
///
/// It has no interpolation and no way from a `String`: what comes from outside can only be a bound parameter.
struct SQL: Sendable, ExpressibleByStringLiteral {
    /// The statement as it is sent.
    let text: String

    init(stringLiteral constant: StaticString) {
        text = constant.description
    }

    private init(text: String) {
        self.text = text
    }

    static func + (left: SQL, right: SQL) -> SQL {
        SQL(text: left.text + " " + right.text)
    }
}
