/// The revisions of MCP that are spoken here.
enum ProtocolVersion: String, Sendable, CaseIterable {
    case june2025 = "2025-06-18"
    case november2025 = "2025-11-25"

    /// The one that is offered to a client that asks for another.
    static let latest = november2025

    /// What both sides speak from now on: what the client asked for, or the latest.
    static func negotiated(_ asked: String) -> ProtocolVersion {
        ProtocolVersion(rawValue: asked) ?? latest
    }
}
