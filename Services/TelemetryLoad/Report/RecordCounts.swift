/// What became of the records of a run. Each that was due is in exactly one of these.
struct RecordCounts: Sendable, Equatable, Codable {
    /// The receiver said that it took them.
    var acknowledged = 0
    /// The receiver took their request and said that it did not take them.
    var rejected = 0
    /// The receiver refused their request, as it does when it is full.
    var refused = 0
    /// There was no answer: they may have been taken or not.
    var unanswered = 0
    /// They were due and never sent, since all workers were busy until the end.
    var unsent = 0

    /// All that were sent.
    var sent: Int { acknowledged + rejected + refused + unanswered }
}
