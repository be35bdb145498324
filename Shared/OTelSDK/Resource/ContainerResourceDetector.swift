import OTLP

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
