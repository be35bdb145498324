/// How long a service's process takes to end at most.
///
/// What supervises it has to wait longer than ``whole`` before it kills: the launcher, Docker and Kubernetes each have
/// a setting of their own for that.
package enum StopBudget {
    /// The requests in flight when the process is told to end.
    static let requests: Duration = .seconds(6)
    /// A request to the control listener, which stops after the server.
    static let control: Duration = .seconds(1)
    /// What each of the two gives to handlers that it has cancelled.
    static let cancelledHandlers: Duration = .seconds(1)
    /// The export of what is still recorded.
    static let telemetry: Duration = .seconds(5)

    /// All of it.
    package static let whole = requests + control + cancelledHandlers * 2 + telemetry
}
