import Glibc
import OTLP

/// Finds out something about what emits telemetry (OpenTelemetry specification, Resource SDK, Detecting resource
/// information).
public protocol ResourceDetector: Sendable {
    /// The name by which configuration chooses it.
    var name: String { get }
    /// What it has found; nothing when it cannot find out.
    func detect() -> TelemetryResource
}

/// The schema of OpenTelemetry's semantic conventions that the detectors follow.
enum SemanticConventions {
    static let schemaURL = "https://opentelemetry.io/schemas/1.44.0"
}

/// This SDK: `telemetry.sdk.*` and `telemetry.distro.*`.
public struct SDKResourceDetector: ResourceDetector {
    /// Creates the detector.
    public init() {}
    /// `sdk`.
    public var name: String { "sdk" }

    /// What the SDK is called, its language and its version.
    public func detect() -> TelemetryResource {
        TelemetryResource(
            [
                Attribute("telemetry.sdk.language", "swift"),
                Attribute("telemetry.sdk.name", "opentelemetry"),
                Attribute("telemetry.sdk.version", .string(SDKVersion.current)),
                Attribute("telemetry.distro.name", "faultline"),
                Attribute("telemetry.distro.version", .string(SDKVersion.current)),
            ],
            schemaURL: SemanticConventions.schemaURL
        )
    }
}

/// The service: a name made from the executable's, and `service.instance.id`, new for each process.
public struct ServiceResourceDetector: ResourceDetector {
    /// Creates the detector.
    public init() {}
    /// `service`.
    public var name: String { "service" }

    /// `unknown_service:<executable>`, and a random UUID.
    public func detect() -> TelemetryResource {
        let executable = ProcessResourceDetector.executablePath?.split(separator: "/").last.map(String.init)
        let name = executable.map { "unknown_service:\($0)" } ?? "unknown_service"
        return TelemetryResource(
            [Attribute("service.name", .string(name)), Attribute("service.instance.id", .string(Self.uuid()))],
            schemaURL: SemanticConventions.schemaURL
        )
    }

    /// A random UUID (RFC 9562, version 4).
    private static func uuid() -> String {
        let id = TraceID(
            high: .random(in: 0 ... .max) & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low: .random(in: 0 ... .max) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        )
        var rest = id.description[...]
        var parts: [Substring] = []
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }
}

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

/// The container, when the process runs in one: its id, from what the kernel says about control groups and mounts.
public struct ContainerResourceDetector: ResourceDetector {
    private let groups: String
    private let mounts: String

    /// Creates the detector.
    public init() {
        self.init(groups: "/proc/self/cgroup", mounts: "/proc/self/mountinfo")
    }

    package init(groups: String, mounts: String) {
        self.groups = groups
        self.mounts = mounts
    }

    /// `container`.
    public var name: String { "container" }

    /// The id, if there is one.
    public func detect() -> TelemetryResource {
        guard let id = idFromGroups() ?? idFromMounts() else { return .empty }
        return TelemetryResource([Attribute("container.id", .string(id))], schemaURL: SemanticConventions.schemaURL)
    }

    /// Control groups, version 1: the path ends with the id, perhaps as `docker-<id>.scope`.
    private func idFromGroups() -> String? {
        for line in (SmallFile.text(groups) ?? "").split(separator: "\n") {
            guard let last = line.split(separator: "/").last else { continue }
            let name = last.split(separator: "-").last ?? last
            if let id = Self.id(in: name.prefix { $0 != "." }) { return id }
        }
        return nil
    }

    /// Control groups, version 2: the files that a container engine mounts lie in a folder named by the id.
    private func idFromMounts() -> String? {
        for line in (SmallFile.text(mounts) ?? "").split(separator: "\n") where line.contains("/containers/") {
            for part in line.split(whereSeparator: { $0 == "/" || $0 == " " }) {
                if let id = Self.id(in: part) { return id }
            }
        }
        return nil
    }

    private static func id(in text: some StringProtocol) -> String? {
        guard text.utf8.count == 64, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return String(text)
    }
}

/// What `uname` says.
private struct SystemName {
    let host: String
    let release: String
    let architecture: String

    static var current: SystemName? {
        var name = utsname()
        guard uname(&name) == 0 else { return nil }
        let machine = text(name.machine)
        let architectures = ["x86_64": "amd64", "aarch64": "arm64"]
        return SystemName(
            host: text(name.nodename),
            release: text(name.release),
            architecture: architectures[machine] ?? machine
        )
    }

    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// Reads files that the system keeps short.
enum SmallFile {
    static func text(_ path: String, limit: Int = 1 << 20) -> String? {
        bytes(path, limit: limit).map { String(decoding: $0, as: UTF8.self) }
            .map { String($0.reversed().drop { $0.isNewline }.reversed()) }
    }

    static func bytes(_ path: String, limit: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < limit {
            let count = read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes += piece[..<count]
        }
        return bytes
    }
}
