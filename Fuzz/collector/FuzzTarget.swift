import OTLP

/// What libFuzzer calls: the first byte chooses spans or log records, the rest is the body of a request.
///
/// Nothing may trap, and the collector's way from bytes to columns must give what the OTLP model gives.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let body = [UInt8](UnsafeBufferPointer(start: start + 1, count: count - 1))
    if start.pointee & 1 == 0 {
        compare(Spans.self, body, ModelRows.spans)
    } else {
        compare(LogRecords.self, body, ModelRows.logs)
    }
    return 0
}

private let retention = 30 * 86_400
/// When the requests of the corpus arrived.
private let arrival: UInt64 = 1_750_000_000_000_000_000

private func compare<Kind: Telemetry>(
    _ kind: Kind.Type,
    _ body: [UInt8],
    _ model: ([UInt8], StorableTimes) throws(OTLPDecodingError) -> ModelRows.Outcome
) {
    let times = StorableTimes(arrival: arrival, retention: retention)
    let admission = try? kind.admit(body, times, rowLimit: .max)
    let expected: ModelRows.Outcome
    do throws(OTLPDecodingError) { expected = try model(body, times) } catch {
        // The model counts what a message would take in memory; the collector builds nothing that could take much.
        precondition(admission == nil || error.description.contains("far more memory"), "taken although \(error)")
        return
    }
    guard let admission else { preconditionFailure("refused although the model takes it") }
    precondition(admission.count == expected.count, "another number of items")
    precondition(admission.rejections == expected.rejections, "other rejections")
    let blocks = kind.blocks(of: [StoredRequest(arrival: arrival, body: body)], retention: retention)
    precondition(blocks.map(\.body) == expected.blocks, "other rows")
}
