/// What is said of a query beside its value. Each is said once, and only so many.
struct Annotations {
    private static let most = 10

    private let query: String
    private(set) var warnings: [String] = []
    private(set) var infos: [String] = []

    init(query: String) {
        self.query = query
    }

    mutating func warn(_ message: String, at range: SourceRange) {
        add("PromQL warning: \(message) (\(range.position(in: query)))", to: \.warnings)
    }

    mutating func inform(_ message: String, at range: SourceRange) {
        add("PromQL info: \(message) (\(range.position(in: query)))", to: \.infos)
    }

    private mutating func add(_ message: String, to list: WritableKeyPath<Annotations, [String]>) {
        guard self[keyPath: list].count < Self.most, !self[keyPath: list].contains(message) else { return }
        self[keyPath: list].append(message)
    }
}
