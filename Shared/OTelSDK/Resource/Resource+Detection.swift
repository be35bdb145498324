import Glibc
import OTLP

extension Resource {
    /// What this process is, by OpenTelemetry's semantic conventions for resources.
    ///
    /// Attributes given by the user win over those that were found, and the service's name over one among them.
    static func detected(serviceName: String?, serviceVersion: String?, attributes: [KeyValue]) -> Resource {
        var merged: [String: AnyValue] = [
            "telemetry.sdk.name": .string("opentelemetry"),
            "telemetry.sdk.language": .string("swift"),
            "telemetry.sdk.version": .string(SDKVersion.current),
            "telemetry.distro.name": .string("faultline"),
            "telemetry.distro.version": .string(SDKVersion.current),
            "service.instance.id": .string(uuid()),
            "service.name": .string("unknown_service:\(executableName)"),
            "process.pid": .int(Int64(getpid())),
            "process.executable.name": .string(executableName),
            "process.runtime.name": .string("swift"),
            "os.type": .string("linux"),
            "host.name": .string(hostName),
            "host.arch": .string(architecture),
        ]
        if let serviceVersion { merged["service.version"] = .string(serviceVersion) }
        for attribute in attributes { merged[attribute.key] = attribute.value }
        if let serviceName { merged["service.name"] = .string(serviceName) }
        return Resource(attributes: merged.sorted { $0.key < $1.key }.map { KeyValue(key: $0.key, value: $0.value) })
    }

    /// A random UUID (RFC 9562, version 4).
    private static func uuid() -> String {
        let high = UInt64.random(in: 0 ... .max) & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = UInt64.random(in: 0 ... .max) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = TraceID(high: high, low: low).description
        var parts: [Substring] = []
        var rest = digits[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }

    private static var executableName: String {
        CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "swift"
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static var architecture: String {
        #if arch(x86_64)
            "amd64"
        #elseif arch(arm64)
            "arm64"
        #else
            "unknown"
        #endif
    }
}
