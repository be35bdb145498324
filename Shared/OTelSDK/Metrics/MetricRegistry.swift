import OTLP
import Synchronization

/// The instruments and readers of a provider.
final class MetricRegistry: Sendable {
    private struct Meter {
        var instruments: [InstrumentCore] = []
    }

    private struct State {
        var scopes: [Scope] = []
        var meters: [Scope: Meter] = [:]
        var callbacks: [(id: Int, call: @Sendable (Int) -> Void)] = []
        var nextID = 0
    }

    let resource: Resource
    let readers: [any MetricReader]
    private let views: [View]
    private let exemplarFilter: ExemplarFilter
    let isShutDown = SharedFlag()
    let rejections = MeasurementRejections()
    private let state = Mutex(State())

    init(resource: Resource, readers: [any MetricReader], views: [View], exemplarFilter: ExemplarFilter) {
        self.resource = resource
        self.readers = readers
        self.views = views
        self.exemplarFilter = exemplarFilter
    }

    /// The instrument with this description, made if there is none yet.
    func instrument(_ descriptor: InstrumentDescriptor, scope: Scope) -> InstrumentCore {
        var descriptor = descriptor
        if let complaint = descriptor.complaint { Diagnostics.report(.warning, complaint) }
        // Advice that cannot be followed is reported, and counts as not given (Metrics SDK, Instrument advisory
        // parameters).
        if let complaint = descriptor.explicitBucketBoundaries.flatMap(Aggregation.complaint) {
            Diagnostics.report(.error, "The instrument \(descriptor.name) needs bucket boundaries that \(complaint).")
            descriptor.explicitBucketBoundaries = nil
        }
        return state.withLock { state in
            if state.meters[scope] == nil { state.scopes.append(scope) }
            let namesakes = (state.meters[scope]?.instruments ?? []).filter {
                $0.descriptor.name.lowercased() == descriptor.name.lowercased()
            }
            if let same = namesakes.first(where: { Self.isSame($0.descriptor, descriptor) }) { return same }
            if !namesakes.isEmpty, !hasRenamingView(descriptor, scope) {
                Diagnostics.report(
                    .warning,
                    """
                    The meter \(scope.name) has several instruments named '\(descriptor.name)' that differ in kind, \
                    unit or description. All of them are exported; rename one, by a view if need be.
                    """
                )
            }
            let core = InstrumentCore(
                descriptor,
                streamsByReader: readers.map {
                    streams(of: descriptor, named: namesakes.first?.descriptor.name ?? descriptor.name, scope, for: $0)
                },
                exemplarFilter: exemplarFilter,
                isShutDown: isShutDown,
                rejections: rejections
            )
            state.meters[scope, default: Meter()].instruments.append(core)
            return core
        }
    }

    /// Advice does not make instruments differ.
    private static func isSame(_ left: InstrumentDescriptor, _ right: InstrumentDescriptor) -> Bool {
        left.kind == right.kind && left.unit == right.unit && left.description == right.description
            && left.isInteger == right.isInteger
    }

    private func hasRenamingView(_ descriptor: InstrumentDescriptor, _ scope: Scope) -> Bool {
        views.contains { $0.name != nil && $0.selector.selects(descriptor, of: scope) }
    }

    private func streams(
        of descriptor: InstrumentDescriptor,
        named name: String,
        _ scope: Scope,
        for reader: any MetricReader
    ) -> [MetricStream] {
        let settings = reader.settings
        let matching = views.filter { $0.selector.selects(descriptor, of: scope) }
        let choices: [View?] = matching.isEmpty ? [nil] : matching
        return choices.compactMap { view in
            var aggregation = view?.aggregation ?? .default
            if aggregation == .default { aggregation = settings.aggregation(descriptor.kind) }
            if !aggregation.fits(descriptor.kind) {
                Diagnostics.report(
                    .warning,
                    "A view's aggregation does not fit the instrument \(descriptor.name); the default is used."
                )
                aggregation = .default
            }
            let (usable, complaint) = aggregation.checked
            if let complaint {
                Diagnostics.report(
                    .error,
                    "A view gives the instrument \(descriptor.name) bucket boundaries; set them to ones that \(complaint)."
                )
            }
            guard usable != .drop else { return nil }
            return MetricStream(
                instrument: descriptor,
                name: name,
                view: view,
                aggregation: usable,
                temporality: settings.temporality(descriptor.kind),
                limit: view?.cardinalityLimit ?? settings.cardinalityLimit,
                rejections: rejections
            )
        }
    }

    func add(_ callback: @escaping @Sendable (Int) -> Void) -> CallbackRegistration {
        let id = state.withLock { state in
            state.nextID += 1
            state.callbacks.append((state.nextID, callback))
            return state.nextID
        }
        return CallbackRegistration { [weak self] in
            self?.state.withLock { state in state.callbacks.removeAll { $0.id == id } }
        }
    }

    /// What a reader collects: callbacks first, then every stream.
    func collect(reader: Int) -> [ScopeMetrics] {
        let (scopes, meters, callbacks) = state.withLock { ($0.scopes, $0.meters, $0.callbacks) }
        for meter in meters.values {
            for instrument in meter.instruments where instrument.descriptor.kind.isObservable {
                for stream in instrument.streams(ofReader: reader) { stream.beginObservation() }
            }
        }
        for callback in callbacks { callback.call(reader) }
        let time = TelemetryClock.wall
        return scopes.compactMap { scope in
            let metrics = (meters[scope]?.instruments ?? []).flatMap { instrument in
                instrument.streams(ofReader: reader).compactMap { $0.collect(at: time) }
            }
            return metrics.isEmpty
                ? nil : ScopeMetrics(scope: scope.otlp, metrics: metrics, schemaURL: scope.schemaURL)
        }
    }
}
