extension OTelConfiguration {
    static func fromFile(
        _ path: String,
        environment: [String: String]
    ) throws(OTelConfigurationError) -> OTelConfiguration {
        throw OTelConfigurationError(variable: "OTEL_CONFIG_FILE", allowed: "unset", value: path)
    }
}
