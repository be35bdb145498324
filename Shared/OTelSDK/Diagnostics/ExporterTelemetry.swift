import Synchronization

/// An exporter's metrics about itself (OpenTelemetry semantic conventions, SDK metrics).
final class ExporterTelemetry: Sendable {
    let componentType: String
    let inflight = Atomic(0)
    let exported = StripedCounter()
    let failed = StripedCounter()
    let durations = DurationLog()

    init(componentType: String) {
        self.componentType = componentType
    }

    func began(_ items: Int) {
        inflight.wrappingAdd(items, ordering: .relaxed)
    }

    func ended(_ items: Int, _ result: ExportResult, seconds: Double) {
        inflight.wrappingSubtract(items, ordering: .relaxed)
        switch result {
        case .success: exported.add(items)
        case .partialSuccess(let rejected, _):
            exported.add(items - min(items, rejected))
            failed.add(min(items, rejected))
        case .failure: failed.add(items)
        }
        durations.record(nanoseconds: UInt64(seconds * 1e9))
    }
}
