public import OTLP
import Synchronization

/// What emitted telemetry within a process: a library, with its version (OpenTelemetry specification, Instrumentation
/// Scope).
public struct Scope: Sendable, Hashable {
    /// The name of the library or module.
    public var name: String
    /// Its version; empty when not known.
    public var version: String
    /// The schema of what it emits; empty when not known.
    public var schemaURL: String
    /// What else is known of it.
    public var attributes: [KeyValue]

    /// Creates a scope.
    public init(name: String, version: String = "", schemaURL: String = "", attributes: [KeyValue] = []) {
        self.name = name
        self.version = version
        self.schemaURL = schemaURL
        self.attributes = attributes
    }

    /// The scope as OTLP has it; its schema URL stands beside it there.
    public var otlp: OTLP.InstrumentationScope {
        OTLP.InstrumentationScope(name: name, version: version, attributes: attributes)
    }

    /// The module that a source file belongs to, from its `#fileID`: `Module/File.swift`.
    static func module(of fileID: String) -> String {
        fileID.utf8.firstIndex(of: UInt8(ascii: "/")).map { String(fileID[..<$0]) } ?? fileID
    }
}

/// A scope that many things share without copying it.
final class ScopeReference: Sendable {
    let scope: Scope

    init(_ scope: Scope) {
        self.scope = scope
    }

    private static let kept = Mutex<[Scope: ScopeReference]>([:])
    /// Scopes are libraries, of which a process has few. More than this are not kept.
    private static let maximumKept = 1_024

    /// The one reference to a scope that lives as long as the process, or `nil` when there are too many already.
    static func lasting(_ scope: Scope) -> ScopeReference? {
        kept.withLock { kept in
            if let reference = kept[scope] { return reference }
            guard kept.count < maximumKept else { return nil }
            let reference = ScopeReference(scope)
            kept[scope] = reference
            return reference
        }
    }
}
