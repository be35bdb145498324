import ArgumentParser
import LoadEngine
import ShopStories

extension Arrivals: ExpressibleByArgument {
    package init?(argument: String) { self.init(text: argument) }
}

extension ArrivalSchedule.Spacing: ExpressibleByArgument {}

extension ClassShares: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension Threshold {
    /// Reads what `--fail-if` was given.
    ///
    /// - Throws: `ValidationError` that names what is wrong and what is allowed.
    static func argument(_ text: String) throws -> Threshold {
        do {
            return try Threshold(text, classes: JourneyClass.names)
        } catch {
            throw ValidationError("--fail-if \(error)")
        }
    }
}

extension JourneyClass {
    /// The names of all classes, in the order in which they are shown.
    static var names: [String] { allCases.map(\.rawValue) }
}
