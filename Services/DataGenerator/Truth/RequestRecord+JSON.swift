extension RequestRecord {
    /// The record's line in `journal.jsonl`.
    func line(_ clock: WallClock) -> [UInt8] {
        var line = JSONLine()
        line.add("request_id", requestID.description)
        line.add("trace_id", traceID)
        line.add("visit_id", Int64(visit))
        line.add("user", "shopper\(user)@example.com")
        line.add("class", visitorClass.rawValue)
        line.add("journey", journey)
        line.add("step", step)
        line.add("method", method)
        line.add("path", path)
        line.add("intended_at", clock.text(intended))
        line.add("started_at", clock.text(started))
        line.add("duration_ns", serviceTime)
        line.add("expected", json: expectation.json)
        line.add("actual", json: outcome.json)
        line.add("incident_id", incident)
        return line.finished()
    }
}

extension ExpectedOutcome {
    fileprivate var json: String {
        switch self {
        case .statuses(let statuses): #"{"statuses":[\#(statuses.map(String.init).joined(separator: ","))]}"#
        case .timeout: #"{"outcome":"timeout"}"#
        case .reset: #"{"outcome":"reset"}"#
        }
    }
}

extension RequestOutcome {
    fileprivate var json: String {
        switch self {
        case .status(let status): #"{"status":\#(status)}"#
        case .failure(let failure): #"{"error":"\#(failure.rawValue)"}"#
        }
    }
}
