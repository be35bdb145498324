/// A place in a configuration, from which values are read with their type.
struct ConfigurationPlace {
    let value: ConfigurationValue
    let path: String
    let source: String

    init(_ model: ConfigurationModel) {
        value = model.root
        path = ""
        source = model.source
    }

    private init(_ value: ConfigurationValue, _ path: String, _ source: String) {
        self.value = value
        self.path = path
        self.source = source
    }

    /// What a key holds; `nil` when there is nothing.
    subscript(key: String) -> ConfigurationPlace? {
        get throws(OTelConfigurationError) {
            guard !value.isNull else { return nil }
            guard case .map = value else { throw error("a map") }
            guard let value = value[key], !value.isNull else { return nil }
            return ConfigurationPlace(value, path.isEmpty ? key : "\(path).\(key)", source)
        }
    }

    /// The map that a key holds; `nil` when there is nothing.
    func section(_ key: String) throws(OTelConfigurationError) -> ConfigurationPlace? {
        guard let place = try self[key] else { return nil }
        guard case .map = place.value else { throw place.error("a map") }
        return place
    }

    /// The places within a list.
    func elements(_ key: String) throws(OTelConfigurationError) -> [ConfigurationPlace] {
        guard let place = try self[key] else { return [] }
        guard case .list(let values) = place.value else { throw place.error("a list") }
        return values.enumerated().map { ConfigurationPlace($1, "\(place.path)[\($0)]", source) }
    }

    /// The only key of a map, which names a component, and the component's properties.
    func choice() throws(OTelConfigurationError) -> (name: String, place: ConfigurationPlace) {
        guard case .map(let entries) = value, entries.count == 1 else {
            throw error("exactly one component")
        }
        return (entries[0].key, ConfigurationPlace(entries[0].value, "\(path).\(entries[0].key)", source))
    }

    func string(_ key: String) throws(OTelConfigurationError) -> String? {
        guard let place = try self[key] else { return nil }
        guard let text = place.value.text else { throw place.error("text") }
        return text
    }

    /// The first of several keys that has a text: files of different ages call the same thing differently.
    func string(of keys: String...) throws(OTelConfigurationError) -> String? {
        for key in keys {
            if let text = try string(key) { return text }
        }
        return nil
    }

    func integer(_ key: String, minimum: Int = 0) throws(OTelConfigurationError) -> Int? {
        guard let place = try self[key] else { return nil }
        guard case .int(let number) = place.value, number >= minimum else {
            throw place.error("a whole number of at least \(minimum)")
        }
        return number
    }

    func number(
        _ key: String,
        in range: ClosedRange<Double> = -.infinity ... .infinity
    ) throws(OTelConfigurationError) -> Double? {
        guard let place = try self[key] else { return nil }
        guard let number = place.value.number, range.contains(number) else {
            throw place.error(
                range.lowerBound.isFinite ? "a number from \(range.lowerBound) to \(range.upperBound)" : "a number"
            )
        }
        return number
    }

    func numbers(_ key: String) throws(OTelConfigurationError) -> [Double]? {
        guard let place = try self[key] else { return nil }
        guard case .list(let values) = place.value else { throw place.error("a list of numbers") }
        let numbers = values.compactMap(\.number)
        guard numbers.count == values.count else { throw place.error("a list of numbers") }
        return numbers
    }

    func flag(_ key: String) throws(OTelConfigurationError) -> Bool? {
        guard let place = try self[key] else { return nil }
        guard case .bool(let flag) = place.value else { throw place.error("true or false") }
        return flag
    }

    func milliseconds(_ key: String, minimum: Int = 0) throws(OTelConfigurationError) -> Duration? {
        try integer(key, minimum: minimum).map { .milliseconds($0) }
    }

    func strings(_ key: String) throws(OTelConfigurationError) -> [String]? {
        guard let place = try self[key] else { return nil }
        guard case .list(let values) = place.value else { throw place.error("a list of texts") }
        let texts = values.compactMap(\.text)
        guard texts.count == values.count else { throw place.error("a list of texts") }
        return texts
    }

    func error(_ allowed: String) -> OTelConfigurationError {
        OTelConfigurationError(variable: "\(source): \(path)", allowed: allowed, value: value.text)
    }
}
