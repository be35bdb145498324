/// Where a span's instrumentation scope comes from.
enum SpanOrigin: Sendable {
    /// The scope of the tracer. It is never released, so it is not reference counted.
    case scope(Unmanaged<ScopeReference>)
    /// The same, for a scope beyond the number that is kept.
    case passingScope(ScopeReference)
    /// The module of the file that starts the span; looked up at export only.
    case file(String)

    init(_ scope: Scope) {
        self = ScopeReference.lasting(scope).map { .scope(.passUnretained($0)) } ?? .passingScope(ScopeReference(scope))
    }

    var scope: Scope {
        switch self {
        case .scope(let reference): reference.takeUnretainedValue().scope
        case .passingScope(let reference): reference.scope
        case .file(let fileID): Scope(name: Scope.module(of: fileID))
        }
    }
}
