import LoadEngine
import RunJournal

extension RequestRecord {
    /// What the journal says of it.
    func entry(_ clock: WallClock) -> JournalEntry {
        JournalEntry(
            requestID: requestID.description,
            traceID: traceID,
            visitID: JournalEntry.VisitID(visit),
            user: user,
            requestClass: visitorClass.rawValue,
            journey: journey,
            step: step,
            method: method,
            path: path,
            intendedAt: clock.moment(intended),
            startedAt: clock.moment(started),
            duration: UInt64(max(0, sample.serviceTime)),
            expected: expectation.journaled,
            actual: outcome.journaled,
            incidentID: incident
        )
    }

    /// What the report counts of it: what an incident's trigger sent is beside the load, and who comes by name.
    var sample: RequestSample {
        RequestSample(
            visitClass: isBesideTheLoad ? nil : visitorClass.rawValue,
            step: step,
            due: intended,
            started: started,
            ended: ended,
            outcome: outcome,
            isExpected: isExpected
        )
    }
}

extension ExpectedOutcome {
    fileprivate var journaled: JournalEntry.Expectation {
        switch self {
        case .statuses(let statuses): .init(statuses: statuses)
        case .timeout: .init(outcome: "timeout")
        case .reset: .init(outcome: "reset")
        }
    }
}

extension RequestOutcome {
    fileprivate var journaled: JournalEntry.Outcome {
        switch self {
        case .status(let status): .init(status: status)
        case .failure(let failure): .init(error: failure.rawValue)
        }
    }
}
