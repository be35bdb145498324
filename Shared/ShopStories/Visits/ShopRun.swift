package import LoadEngine

/// What all visits of a run share.
package struct ShopRun: Sendable {
    package let seed: UInt64
    package let target: Target
    package let slots: ConnectionSlots
    package let sessions: ShopperSessions
    package let report: LoadReport
    /// Where every request is recorded; `nil` when no journal was asked for.
    package let journal: Journal?

    /// Creates what the visits share.
    package init(
        seed: UInt64,
        target: Target,
        slots: ConnectionSlots,
        sessions: ShopperSessions,
        report: LoadReport,
        journal: Journal?
    ) {
        self.seed = seed
        self.target = target
        self.slots = slots
        self.sessions = sessions
        self.report = report
        self.journal = journal
    }
}
