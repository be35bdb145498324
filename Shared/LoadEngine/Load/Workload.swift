/// The work of a load: numbered visits, which are counted by class.
package protocol Workload: Sendable {
    /// The class that the visit with a number belongs to.
    func visitClass(_ visit: UInt64) -> String

    /// Makes the visit with a number, and tells the report of every request.
    ///
    /// - Parameters:
    ///   - user: The number of the virtual user; `nil` under open load.
    ///   - due: When its first request should be sent.
    func perform(_ visit: UInt64, user: Int?, due: Instant) async
}
