/// When a shard has to look at a channel.
///
/// A reminder is not a deadline. The channel knows its real deadline; one that moved later is simply reminded again, so
/// that extending a deadline, which every request does, costs nothing. Reminders name channels by token: a channel that is
/// closed is not kept alive by one.
struct Reminder: Comparable {
    let time: MonotonicTime
    let token: UInt64

    static func < (left: Reminder, right: Reminder) -> Bool { left.time < right.time }
}
