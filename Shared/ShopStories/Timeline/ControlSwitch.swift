/// What a service's control listener turns on and off.
package struct ControlSwitch: Sendable, Equatable {
    let name: String
    let service: IncidentKind.Service
}

extension IncidentKind {
    /// Its weakness.
    var control: ControlSwitch { ControlSwitch(name: rawValue, service: service) }
}

extension ChangeKind {
    /// Its switch.
    var control: ControlSwitch { ControlSwitch(name: rawValue, service: service) }
}
