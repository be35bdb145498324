import Glibc

/// Where scenarios come from: those that are built in, and files.
package enum ScenarioLibrary {
    /// The names of the built-in scenarios, in alphabetical order.
    package static var names: [String] { builtIn.keys.sorted() }

    /// The text of the built-in scenarios by name. They are part of the program, so that it finds them wherever it is
    /// installed.
    package static let builtIn: [String: [UInt8]] = [
        "bad_release": PackageResources.bad_release_yaml,
        "calm": PackageResources.calm_yaml,
        "cascade_failure": PackageResources.cascade_failure_yaml,
        "demo": PackageResources.demo_yaml,
        "duplicate_payment": PackageResources.duplicate_payment_yaml,
        "growing_load": PackageResources.growing_load_yaml,
        "harmless_release": PackageResources.harmless_release_yaml,
        "intermittent_error": PackageResources.intermittent_error_yaml,
        "near_threshold": PackageResources.near_threshold_yaml,
        "order_backlog": PackageResources.order_backlog_yaml,
        "payment_gateway_error": PackageResources.payment_gateway_error_yaml,
        "payment_timeout": PackageResources.payment_timeout_yaml,
        "plan": PackageResources.plan_yaml,
        "product_db_timeout": PackageResources.product_db_timeout_yaml,
        "random": PackageResources.random_yaml,
        "soak": PackageResources.soak_yaml,
        "two_at_once": PackageResources.two_at_once_yaml,
        "visa_cache_full": PackageResources.visa_cache_full_yaml,
    ]

    /// The scenario that is meant by a word: a built-in name, or the path of a file.
    ///
    /// - Throws: ``ScenarioError``.
    package static func scenario(_ word: String, seed: UInt64) throws(ScenarioError) -> Scenario {
        if word.contains("/") || word.hasSuffix(".yaml") || word.hasSuffix(".yml") {
            return try Scenario(yaml: try text(of: word), file: word, seed: seed)
        }
        guard let bytes = builtIn[word] else {
            throw ScenarioError(
                file: "--scenario \(word)",
                line: nil,
                field: "",
                message: "there are \(names.joined(separator: ", ")); or give a file such as ./mine.yaml"
            )
        }
        return try Scenario(yaml: String(decoding: bytes, as: UTF8.self), file: "\(word).yaml", seed: seed)
    }

    private static func text(of path: String) throws(ScenarioError) -> String {
        guard let file = fopen(path, "r") else {
            let reason = String(cString: strerror(errno))
            throw ScenarioError(file: path, line: nil, field: "", message: "cannot be read: \(reason)")
        }
        defer { fclose(file) }
        // More than any story needs.
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}
