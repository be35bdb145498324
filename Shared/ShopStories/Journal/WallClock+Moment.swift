package import LoadEngine
package import RunJournal

extension WallClock {
    /// The moment in UTC.
    package func moment(_ instant: Instant) -> Moment { Moment(nanoseconds: unixNanoseconds(instant)) }
}
