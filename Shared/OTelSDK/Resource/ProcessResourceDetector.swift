import Glibc
import OTLP

/// The process: id, executable, command, owner and runtime.
public struct ProcessResourceDetector: ResourceDetector {
    /// Creates the detector.
    public init() {}
    /// `process`.
    public var name: String { "process" }

    /// What the system says about the process. Its arguments are left out, since they may hold secrets.
    public func detect() -> TelemetryResource {
        var attributes = [
            Attribute("process.pid", .int(Int64(getpid()))),
            Attribute("process.parent_pid", .int(Int64(getppid()))),
            Attribute("process.runtime.name", "swift"),
        ]
        if let path = Self.executablePath {
            attributes.append(Attribute("process.executable.path", .string(path)))
            let name = path.split(separator: "/").last.map(String.init) ?? path
            attributes.append(Attribute("process.executable.name", .string(name)))
        }
        if let command = CommandLine.arguments.first {
            attributes.append(Attribute("process.command", .string(command)))
        }
        if let owner = getpwuid(getuid()), let name = owner.pointee.pw_name {
            attributes.append(Attribute("process.owner", .string(String(cString: name))))
        }
        return TelemetryResource(attributes, schemaURL: SemanticConventions.schemaURL)
    }

    static var executablePath: String? {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { return CommandLine.arguments.first }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
