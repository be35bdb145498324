import FoundationEssentials
package import ServiceKit
import Yams

/// `data-generator/config.yaml`: what the load does where neither the command line nor the environment says it.
package enum LoadFile {
    /// What the file may say; each is a variable of the environment too, which wins over it.
    package static let names = ["LOAD_SCENARIO", "LOAD_RATE", "LOAD_SEED", "LOAD_CLASSES"]

    /// The variables of the environment, and the file's values for those that are unset or empty.
    ///
    /// - Throws: ``ScenarioError`` for a file that is not there, is no YAML, or has other members.
    package static func settings(at path: String, below environment: Settings) throws(ScenarioError) -> Settings {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ScenarioError(file: path, line: nil, field: "", message: "there is no such file")
        }
        let root = try ScenarioNode(yaml: String(decoding: data, as: UTF8.self), file: path)
        var values: [String: String] = [:]
        for (name, node) in try root.members(names) { values[name] = try node.text() }
        return environment.filled(with: values)
    }
}
