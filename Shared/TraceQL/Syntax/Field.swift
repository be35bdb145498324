/// What of a span is looked at.
public enum Field: Hashable, Sendable {
    /// What every span or trace has.
    case intrinsic(Intrinsic)
    /// An attribute.
    case attribute(AttributeScope, String)
}

/// Where an attribute is looked for.
public enum AttributeScope: String, CaseIterable, Hashable, Sendable {
    case span, resource, event, link
    /// `.name`: on the span, and on its resource where the span has none.
    case any = ""
}

/// What every span or trace has, by the name that the printer writes.
public enum Intrinsic: String, CaseIterable, Hashable, Sendable {
    case name, status, statusMessage, kind, duration, traceDuration, rootName, rootServiceName
    /// Below 0 for a span without parent; other values are not known.
    case nestedSetParent
    case spanID = "span:id"
    case parentID = "span:parentID"
    case traceID = "trace:id"
    case eventName = "event:name"
    case linkTraceID = "link:traceID"
    case linkSpanID = "link:spanID"
    case scopeName = "instrumentation:name"
    case scopeVersion = "instrumentation:version"

    /// Other spellings.
    static let aliases: [String: Intrinsic] = [
        "span:name": .name, "span:status": .status, "span:statusMessage": .statusMessage, "span:kind": .kind,
        "span:duration": .duration, "trace:duration": .traceDuration, "trace:rootName": .rootName,
        "trace:rootService": .rootServiceName, "trace:rootServiceName": .rootServiceName,
    ]

    /// What TraceQL has and the tables do not.
    static let missing: Set<String> = [
        "nestedSetLeft", "nestedSetRight", "childCount", "parent", "span:childCount", "event:timeSinceStart",
        "span:parent", "event:id",
    ]

    /// The intrinsic of a name, in any of its spellings.
    init?(spelling: String) {
        guard let found = Intrinsic(rawValue: spelling) ?? Self.aliases[spelling] else { return nil }
        self = found
    }
}
