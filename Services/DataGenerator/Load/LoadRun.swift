/// What all visits of a run share.
struct LoadRun: Sendable {
    let seed: UInt64
    let target: Target
    let slots: ConnectionSlots
    let sessions: ShopperSessions
    let report: LoadReport
    /// Where every request is written down; `nil` when nobody asked for it.
    let journal: Journal?
}
