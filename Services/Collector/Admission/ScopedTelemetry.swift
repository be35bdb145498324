/// Telemetry whose items lie in scopes, and those in resources: spans and log records.
///
/// It goes from the bytes of a request straight into columns. A model of the request in between would cost more than
/// everything else together.
protocol ScopedTelemetry: Telemetry {
    associatedtype Item: WireItem
    associatedtype Rows: ScopedRows where Rows.Item == Item
}

/// The rows of the tables of one kind of items.
protocol ScopedRows {
    associatedtype Item

    init()

    /// Appends an item, without its source.
    ///
    /// - Parameter time: When it happened, or is taken to have happened.
    mutating func append(_ item: Item, time: UInt64)

    /// Gives the items since the last scope their source.
    mutating func end(_ scope: WireScope)

    /// The blocks, empty ones too.
    var blocks: [TableBlock?] { get }
}

extension ScopedTelemetry {
    static func cost(of body: [UInt8]) -> Int { 0 }

    static func admit(_ body: [UInt8], _ times: StorableTimes, rowLimit: Int) throws(AdmissionError) -> Admission {
        var admission = Admission()
        var item = Item()
        do throws(WireError) {
            try WireScope.forEach(in: body, checks: true) { scope throws(WireError) in
                let sourceBytes = scope.rowBytes
                try scope.forEachItem { message throws(WireError) in
                    try item.read(message)
                    if let reason = item.rejection(times) { return admission.rejections.add(reason) }
                    admission.count += 1
                    admission.rowBytes += sourceBytes + item.rowBytes
                }
            }
        } catch {
            throw .malformed(error.description)
        }
        guard admission.rowBytes <= rowLimit else { throw .tooManyBytes(items: admission.count) }
        return admission
    }

    static func blocks(of requests: [StoredRequest], retention: Int) -> [TableBlock] {
        var rows = Rows()
        var item = Item()
        for request in requests {
            let times = StorableTimes(arrival: request.arrival, retention: retention)
            // What was checked before it was stored is not malformed.
            try? WireScope.forEach(in: request.body, checks: false) { scope throws(WireError) in
                try scope.forEachItem { message throws(WireError) in
                    try item.read(message)
                    if item.rejection(times) == nil { rows.append(item, time: item.time(times)) }
                }
                rows.end(scope)
            }
        }
        return rows.blocks.compactMap(\.self)
    }
}
