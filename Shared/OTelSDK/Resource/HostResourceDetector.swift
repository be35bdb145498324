import OTLP

/// The machine: name, id and architecture.
public struct HostResourceDetector: ResourceDetector {
    /// Creates the detector.
    public init() {}
    /// `host`.
    public var name: String { "host" }

    /// What the system says about the machine.
    public func detect() -> TelemetryResource {
        var attributes: [Attribute] = []
        if let system = SystemName.current {
            attributes.append(Attribute("host.name", .string(system.host)))
            attributes.append(Attribute("host.arch", .string(system.architecture)))
        }
        if let id = SmallFile.text("/etc/machine-id"), !id.isEmpty {
            attributes.append(Attribute("host.id", .string(id)))
        }
        return TelemetryResource(attributes, schemaURL: SemanticConventions.schemaURL)
    }
}

/// The operating system: type, name and version.
public struct OSResourceDetector: ResourceDetector {
    /// Creates the detector.
    public init() {}
    /// `os`.
    public var name: String { "os" }

    /// What `/etc/os-release` and the kernel say.
    public func detect() -> TelemetryResource {
        var attributes = [Attribute("os.type", "linux")]
        let release = SmallFile.text("/etc/os-release") ?? ""
        var values: [Substring: String] = [:]
        for line in release.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let value = line[line.index(after: equals)...]
            values[line[..<equals]] = String(value.hasPrefix("\"") ? value.dropFirst().dropLast() : value)
        }
        if let name = values["NAME"] { attributes.append(Attribute("os.name", .string(name))) }
        if let version = values["VERSION_ID"] { attributes.append(Attribute("os.version", .string(version))) }
        if let text = values["PRETTY_NAME"] { attributes.append(Attribute("os.description", .string(text))) }
        if let system = SystemName.current { attributes.append(Attribute("os.build_id", .string(system.release))) }
        return TelemetryResource(attributes, schemaURL: SemanticConventions.schemaURL)
    }
}
