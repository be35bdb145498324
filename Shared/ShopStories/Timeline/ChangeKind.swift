/// What can be changed beside an incident, and harms nothing: whoever looks for causes has to see that it is none.
package enum ChangeKind: String, Sendable, CaseIterable {
    /// A release of the shop, told apart by its version alone.
    case patchRelease = "patch_release"

    /// The service that is changed.
    package var service: IncidentKind.Service {
        switch self {
        case .patchRelease: .shop
        }
    }
}
