import TextCoding

extension JournalEntry {
    /// The entry as a line of JSON with its end: what `Codable` would write, at a tenth of the cost.
    package var line: [UInt8] {
        var line = JSONLine()
        line.add("request_id", requestID)
        line.add("trace_id", traceID)
        line.add("visit_id", visitID)
        line.add("user", user)
        line.add("class", requestClass)
        line.add("journey", journey)
        line.add("step", step)
        line.add("method", method)
        line.add("path", path)
        line.add("intended_at", intendedAt.text)
        line.add("started_at", startedAt.text)
        line.add("duration_ns", json: String(duration))
        line.add("expected", json: expected.json)
        line.add("actual", json: actual.json)
        line.add("incident_id", incidentID)
        return line.finished()
    }
}

extension JournalEntry.Expectation {
    fileprivate var json: String {
        if let statuses { return #"{"statuses":[\#(statuses.map(String.init).joined(separator: ","))]}"# }
        return outcome.map { #"{"outcome":"\#($0)"}"# } ?? "{}"
    }
}

extension JournalEntry.Outcome {
    fileprivate var json: String {
        if let status { return #"{"status":\#(status)}"# }
        return error.map { #"{"error":"\#($0)"}"# } ?? "{}"
    }
}

/// An object of JSON on one line, written member by member in the order given.
private struct JSONLine {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    init() {
        bytes.reserveCapacity(512)
    }

    /// Adds a text, or `null`.
    mutating func add(_ name: StaticString, _ text: String?) {
        key(name)
        if let text { JSONText.append(text, to: &bytes) } else { bytes += "null".utf8 }
    }

    /// Adds a visit's name; a number as a number.
    mutating func add(_ name: StaticString, _ visit: JournalEntry.VisitID) {
        if UInt64(visit.text) != nil { add(name, json: visit.text) } else { add(name, visit.text) }
    }

    /// Adds what is JSON already.
    mutating func add(_ name: StaticString, json: String) {
        key(name)
        bytes += json.utf8
    }

    /// The line with its end.
    consuming func finished() -> [UInt8] {
        bytes += "}\n".utf8
        return bytes
    }

    private mutating func key(_ name: StaticString) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        bytes += String(describing: name).utf8
        bytes += "\":".utf8
    }
}
