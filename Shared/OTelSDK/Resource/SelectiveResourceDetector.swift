import OTLP

/// Finds what another detector finds, but for attributes that are not wanted.
struct SelectiveResourceDetector: ResourceDetector {
    private let detector: any ResourceDetector
    private let keys: AttributeKeySelection

    init(_ detector: any ResourceDetector, keys: AttributeKeySelection) {
        self.detector = detector
        self.keys = keys
    }

    var name: String { detector.name }

    func detect() -> TelemetryResource {
        let found = detector.detect()
        return TelemetryResource(found.attributes.filter { keys.selects($0.key) }, schemaURL: found.schemaURL)
    }
}
