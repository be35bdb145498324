import OTLP

/// Makes what a configuration file describes (OpenTelemetry specification, Declarative configuration, Create).
struct ConfigurationBuilder {
    let components: PluginComponents

    func configuration(_ model: ConfigurationModel) throws(OTelConfigurationError) -> OTelConfiguration {
        let root = ConfigurationPlace(model)
        var configuration = OTelConfiguration()
        configuration.isDisabled = try root.flag("disabled") ?? false
        configuration.logLevel = try root.string("log_level") ?? "info"
        // What the file does not mention does not exist: no signal is exported by default.
        configuration.traces.destinations = []
        configuration.metrics.destinations = []
        configuration.logs.destinations = []
        configuration.propagators = []
        try readLimits(root, &configuration)
        if let resource = try root.section("resource") { try read(resource, &configuration) }
        if let propagator = try root.section("propagator") { configuration.propagators = try propagators(propagator) }
        guard !configuration.isDisabled else { return configuration }
        if let provider = try root.section("tracer_provider") {
            if let sampler = try provider["sampler"] {
                configuration.sampler = try self.sampler(sampler)
            }
            for place in try provider.elements("processors") {
                configuration.spanProcessors.append(try spanProcessor(place))
            }
        }
        if let provider = try root.section("logger_provider") {
            for place in try provider.elements("processors") {
                configuration.logRecordProcessors.append(try logProcessor(place))
            }
        }
        if let provider = try root.section("meter_provider") {
            for place in try provider.elements("readers") {
                configuration.metricReaders.append(try metricReader(place))
            }
            for place in try provider.elements("views") { configuration.views.append(try view(place)) }
            if let name = try provider.string("exemplar_filter") {
                guard let filter = ExemplarFilter(rawValue: name) else {
                    throw provider.error("an exemplar filter: trace_based, always_on, always_off")
                }
                configuration.exemplarFilter = filter
            }
        }
        return configuration
    }

    // MARK: Limits and resource

    private func readLimits(
        _ root: ConfigurationPlace,
        _ configuration: inout OTelConfiguration
    ) throws(OTelConfigurationError) {
        let general = try root.section("attribute_limits")
        let count = try general?.integer("attribute_count_limit") ?? 128
        let length = try general?.integer("attribute_value_length_limit")
        let spans = try root.section("tracer_provider")?.section("limits")
        configuration.spanLimits.attributeCount = try spans?.integer("attribute_count_limit") ?? count
        configuration.spanLimits.attributeValueLength = try spans?.integer("attribute_value_length_limit") ?? length
        configuration.spanLimits.eventCount = try spans?.integer("event_count_limit") ?? 128
        configuration.spanLimits.linkCount = try spans?.integer("link_count_limit") ?? 128
        configuration.spanLimits.attributePerEventCount = try spans?.integer("event_attribute_count_limit") ?? 128
        configuration.spanLimits.attributePerLinkCount = try spans?.integer("link_attribute_count_limit") ?? 128
        let logs = try root.section("logger_provider")?.section("limits")
        configuration.logRecordLimits.attributeCount = try logs?.integer("attribute_count_limit") ?? count
        configuration.logRecordLimits.attributeValueLength =
            try logs?.integer("attribute_value_length_limit") ?? length
    }

    private func read(
        _ place: ConfigurationPlace,
        _ configuration: inout OTelConfiguration
    ) throws(OTelConfigurationError) {
        configuration.resourceSchemaURL = try place.string("schema_url") ?? ""
        var attributes: [Attribute] = []
        if let list = try place.string("attributes_list") {
            guard let pairs = EnvironmentReader.pairs(list) else { throw place.error("key=value,key=value") }
            attributes = pairs.map { Attribute($0.name, .string($0.value)) }
        }
        for attribute in try place.elements("attributes") {
            guard let name = try attribute.string("name"), let value = try attribute["value"] else {
                throw attribute.error("a name and a value")
            }
            attributes.append(Attribute(name, try Self.attributeValue(value, type: try attribute.string("type"))))
        }
        configuration.resourceAttributes = attributes
        configuration.serviceName = attributes.last { $0.key == "service.name" }.flatMap {
            if case .string(let name) = $0.value { name } else { nil }
        }
        var detection = try place.section("detection/development")
        if detection == nil { detection = try place.section("detection") }
        guard let detection else { return }
        let keys = try keySelection(detection.section("attributes"))
        configuration.resourceDetectors = [SDKResourceDetector()]
        for place in try detection.elements("detectors") {
            configuration.resourceDetectors.append(SelectiveResourceDetector(try detector(place), keys: keys))
        }
    }

    /// A value that must be of the type that the file says, if it says any.
    private static func attributeValue(
        _ place: ConfigurationPlace,
        type: String?
    ) throws(OTelConfigurationError) -> AnyValue {
        let found: AnyValue? =
            switch type {
            case nil: untyped(place.value)
            case "string": place.value.text.map { .string($0) }
            case let type? where type.hasSuffix("_array"): array(place.value, of: String(type.dropLast(6)))
            case let type?: scalar(place.value, of: type)
            }
        guard let found else { throw place.error(type.map { "a value of the type \($0)" } ?? "a value or a list") }
        return found
    }

    private static func array(_ value: ConfigurationValue, of type: String) -> AnyValue? {
        guard case .list(let values) = value else { return nil }
        let elements = values.compactMap { scalar($0, of: type) }
        return elements.count == values.count ? .array(elements) : nil
    }

    private static func scalar(_ value: ConfigurationValue, of type: String) -> AnyValue? {
        switch (type, value) {
        case ("string", _): value.text.map { .string($0) }
        case ("bool", .bool(let value)): .bool(value)
        case ("int", .int(let value)): .int(Int64(value))
        case ("double", _): value.number.map { .double($0) }
        default: nil
        }
    }

    private static func untyped(_ value: ConfigurationValue) -> AnyValue? {
        switch value {
        case .string(let value): return .string(value)
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(Int64(value))
        case .double(let value): return .double(value)
        case .list(let values):
            let elements = values.compactMap { untyped($0) }
            return elements.count == values.count ? .array(elements) : nil
        case .null, .map: return nil
        }
    }

    /// Which attribute keys are kept, by patterns.
    func keySelection(_ place: ConfigurationPlace?) throws(OTelConfigurationError) -> AttributeKeySelection {
        AttributeKeySelection(
            included: try place?.strings("included").map { Set($0) },
            excluded: Set(try place?.strings("excluded") ?? [])
        )
    }

    private func detector(_ place: ConfigurationPlace) throws(OTelConfigurationError) -> any ResourceDetector {
        let (name, place) = try place.choice()
        switch name {
        case "container": return ContainerResourceDetector()
        case "host": return HostResourceDetector()
        case "os": return OSResourceDetector()
        case "process": return ProcessResourceDetector()
        case "service": return ServiceResourceDetector()
        case "env": return EnvironmentResourceDetector()
        default: return try plugin(components.detectors[name], place, "a resource detector")
        }
    }

    /// Makes a registered component.
    func plugin<Component>(
        _ maker: PluginComponents.Maker<Component>?,
        _ place: ConfigurationPlace,
        _ what: String
    ) throws(OTelConfigurationError) -> Component {
        guard let maker else { throw place.error("\(what) that exists") }
        do {
            return try maker(place.value)
        } catch {
            throw place.error("properties that it takes (\(error))")
        }
    }

    // MARK: Propagators and samplers

    private func propagators(
        _ place: ConfigurationPlace
    ) throws(OTelConfigurationError) -> [any TextMapPropagator] {
        var propagators: [any TextMapPropagator] = []
        var seen = Set<String>()
        for element in try place.elements("composite") {
            let (name, place) = try element.choice()
            guard seen.insert(name).inserted else { continue }
            if let own = OTelConfiguration.propagators([name], unknown: { _ in }).first {
                propagators.append(own)
            } else {
                propagators.append(try plugin(components.propagators[name], place, "a propagator"))
            }
        }
        let names = try place.string("composite_list")?.split(separator: ",").map { String($0.trimmingBlanks) } ?? []
        for name in names where seen.insert(name).inserted {
            if let own = OTelConfiguration.propagators([name], unknown: { _ in }).first {
                propagators.append(own)
            } else if name != "none" {
                propagators.append(try plugin(components.propagators[name], place, "a propagator"))
            }
        }
        return propagators
    }

    private func sampler(_ place: ConfigurationPlace) throws(OTelConfigurationError) -> any Sampler {
        let (name, place) = try place.choice()
        func delegate(_ key: String, _ fallback: any Sampler) throws(OTelConfigurationError) -> any Sampler {
            guard let place = try place[key] else { return fallback }
            return try sampler(place)
        }
        switch name {
        case "always_on": return AlwaysOnSampler()
        case "always_off": return AlwaysOffSampler()
        case "trace_id_ratio_based": return TraceIDRatioBasedSampler(ratio: try place.number("ratio", in: 0...1) ?? 1)
        case "probability/development": return ProbabilitySampler(ratio: try place.number("ratio", in: 0...1) ?? 1)
        case "always_record/development": return AlwaysRecordSampler(root: try delegate("root", AlwaysOnSampler()))
        case "parent_based":
            return ParentBasedSampler(
                root: try delegate("root", AlwaysOnSampler()),
                remoteParentSampled: try delegate("remote_parent_sampled", AlwaysOnSampler()),
                remoteParentNotSampled: try delegate("remote_parent_not_sampled", AlwaysOffSampler()),
                localParentSampled: try delegate("local_parent_sampled", AlwaysOnSampler()),
                localParentNotSampled: try delegate("local_parent_not_sampled", AlwaysOffSampler())
            )
        default: return try plugin(components.samplers[name], place, "a sampler")
        }
    }
}
