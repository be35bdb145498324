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
        if let resource = root["resource"] { try read(resource, &configuration) }
        if let propagator = root["propagator"] { configuration.propagators = try propagators(propagator) }
        guard !configuration.isDisabled else { return configuration }
        if let provider = root["tracer_provider"] {
            if let sampler = provider["sampler"], !sampler.value.isNull {
                configuration.sampler = try self.sampler(sampler)
            }
            for place in provider.elements("processors") {
                configuration.spanProcessors.append(try spanProcessor(place))
            }
        }
        if let provider = root["logger_provider"] {
            for place in provider.elements("processors") {
                configuration.logRecordProcessors.append(try logProcessor(place))
            }
        }
        if let provider = root["meter_provider"] {
            for place in provider.elements("readers") { configuration.metricReaders.append(try metricReader(place)) }
            for place in provider.elements("views") { configuration.views.append(try view(place)) }
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
        let general = root["attribute_limits"]
        let count = try general?.integer("attribute_count_limit") ?? 128
        let length = try general?.integer("attribute_value_length_limit")
        let spans = root["tracer_provider"]?["limits"]
        configuration.spanLimits.attributeCount = try spans?.integer("attribute_count_limit") ?? count
        configuration.spanLimits.attributeValueLength = try spans?.integer("attribute_value_length_limit") ?? length
        configuration.spanLimits.eventCount = try spans?.integer("event_count_limit") ?? 128
        configuration.spanLimits.linkCount = try spans?.integer("link_count_limit") ?? 128
        configuration.spanLimits.attributePerEventCount = try spans?.integer("event_attribute_count_limit") ?? 128
        configuration.spanLimits.attributePerLinkCount = try spans?.integer("link_attribute_count_limit") ?? 128
        let logs = root["logger_provider"]?["limits"]
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
        for attribute in place.elements("attributes") {
            guard let name = try attribute.string("name"), let value = attribute["value"] else {
                throw attribute.error("a name and a value")
            }
            attributes.append(Attribute(name, Self.attributeValue(value.value, type: try attribute.string("type"))))
        }
        configuration.resourceAttributes = attributes
        configuration.serviceName = attributes.last { $0.key == "service.name" }.flatMap {
            if case .string(let name) = $0.value { name } else { nil }
        }
        guard let detection = place["detection/development"] ?? place["detection"] else { return }
        configuration.resourceDetectors = [SDKResourceDetector()]
        for place in detection.elements("detectors") {
            configuration.resourceDetectors.append(try detector(place))
        }
    }

    private static func attributeValue(_ value: ConfigurationValue, type: String?) -> AnyValue {
        switch (value, type) {
        case (_, "string"): .string(value.text ?? "")
        case (.bool(let value), _): .bool(value)
        case (.int(let value), "double"): .double(Double(value))
        case (.int(let value), _): .int(Int64(value))
        case (.double(let value), _): .double(value)
        case (.string(let value), _): .string(value)
        case (.list(let values), _):
            .array(values.map { attributeValue($0, type: type.map { String($0.prefix { $0 != "_" }) }) })
        case (.null, _), (.map, _): .empty
        }
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

    /// Makes a component that somebody registered.
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
        for element in place.elements("composite") {
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
            guard let place = place[key], !place.value.isNull else { return fallback }
            return try sampler(place)
        }
        switch name {
        case "always_on": return AlwaysOnSampler()
        case "always_off": return AlwaysOffSampler()
        case "trace_id_ratio_based": return TraceIDRatioBasedSampler(ratio: try place.number("ratio") ?? 1)
        case "probability/development": return ProbabilitySampler(ratio: try place.number("ratio") ?? 1)
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
