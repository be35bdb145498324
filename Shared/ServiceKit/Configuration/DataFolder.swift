import Glibc

/// The folder that keeps a service's databases: `DATA_DIR`, by default `data` in the working directory.
public struct DataFolder: Sendable {
    /// The folder's path.
    public let path: String

    /// Finds the folder and creates it when it is missing.
    ///
    /// - Throws: ``SettingError`` when it cannot be created or written to.
    public init(_ settings: Settings) throws(SettingError) {
        path = settings.string("DATA_DIR", default: "data")
        var prefix = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            prefix += "/" + part
            guard mkdir(prefix, 0o755) == 0 || errno == EEXIST else { throw unusable(String(cString: strerror(errno))) }
        }
        guard access(path, W_OK | X_OK) == 0 else { throw unusable(String(cString: strerror(errno))) }
    }

    /// The path of a file in the folder.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    private func unusable(_ reason: String) -> SettingError {
        SettingError(variable: "DATA_DIR", value: path, allowed: "a folder that can be written to (\(reason))")
    }
}
