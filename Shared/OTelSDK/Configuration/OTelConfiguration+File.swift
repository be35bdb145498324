extension OTelConfiguration {
    /// Makes what a configuration file describes.
    ///
    /// - Parameters:
    ///   - model: The configuration, as ``ConfigurationParser`` has read it.
    ///   - components: Custom components that it may name.
    /// - Throws: ``OTelConfigurationError`` for what is not known or of the wrong type.
    public init(
        _ model: ConfigurationModel,
        components: PluginComponents = PluginComponents()
    ) throws(OTelConfigurationError) {
        self = try ConfigurationBuilder(components: components).configuration(model)
    }

    static func fromFile(
        _ path: String,
        environment: [String: String]
    ) throws(OTelConfigurationError) -> OTelConfiguration {
        try OTelConfiguration(try ConfigurationParser.parse(path: path, environment: environment))
    }
}
