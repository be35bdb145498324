import Glibc

/// The fields of `uname`.
struct SystemName {
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
