/// A scenario that cannot be used, with a message that names the file, the place and what is allowed.
package struct ScenarioError: Error, CustomStringConvertible, Equatable {
    package let file: String
    /// From 1 on; `nil` where the file as a whole is meant.
    package let line: Int?
    /// The path of the field, such as `incidents[1].intensity`; empty where the file as a whole is meant.
    package let field: String
    package let message: String

    package var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return field.isEmpty ? "\(place): \(message)" : "\(place): \(field): \(message)"
    }
}
