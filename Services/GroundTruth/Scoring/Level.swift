import ArgumentParser

/// How much of a root cause must be right.
enum Level: String, Codable, Sendable, CaseIterable, ExpressibleByArgument {
    /// The service.
    case service
    /// The service and the operation in it.
    case operation
    /// The service and what went wrong in it.
    case mechanism
}

/// A root cause as far as a level looks.
struct RootKey: Hashable, Sendable {
    let service: String
    let detail: String?
}

/// Service names, whatever name was used.
struct Aliases: Sendable {
    private let canonical: [String: String]

    init(_ groups: [[String]]) {
        var canonical: [String: String] = [:]
        for group in groups {
            for name in group { canonical[name.lowercased()] = group[0] }
        }
        self.canonical = canonical
    }

    func service(_ name: String) -> String { canonical[name.lowercased()] ?? name }

    func node(_ node: IncidentLabel.Node) -> IncidentLabel.Node {
        .init(service: service(node.service), operation: node.operation)
    }
}
