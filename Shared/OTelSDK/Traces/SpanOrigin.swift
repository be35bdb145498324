/// Where a span's instrumentation scope comes from.
enum SpanOrigin: Sendable {
    /// The tracer was made for it. It lasts as long as the process, and is not counted, as little as the pipeline is.
    case scope(Unmanaged<ScopeReference>)
    /// The same, for one of too many scopes to keep.
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
