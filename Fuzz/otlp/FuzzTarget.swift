/// What libFuzzer calls: the first byte chooses the message and the encoding, the rest is the input.
///
/// Nothing may trap. What was decoded is encoded and decoded again, in both encodings, and must not change any more.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let input = [UInt8](UnsafeBufferPointer(start: start + 1, count: count - 1))
    let isJSON = start.pointee & 1 == 1
    switch start.pointee >> 1 {
    case 0: check(ExportTraceServiceRequest.self, input, isJSON)
    case 1: check(ExportMetricsServiceRequest.self, input, isJSON)
    case 2: check(ExportLogsServiceRequest.self, input, isJSON)
    case 3: check(ExportTraceServiceResponse.self, input, isJSON)
    case 4: check(ExportMetricsServiceResponse.self, input, isJSON)
    case 5: check(ExportLogsServiceResponse.self, input, isJSON)
    default: check(RPCStatus.self, input, isJSON)
    }
    return 0
}

private func check<Message: OTLPBody>(_ type: Message.Type, _ input: [UInt8], _ isJSON: Bool) {
    guard let message = try? isJSON ? type.init(json: input) : type.init(protobuf: input) else { return }
    do {
        // Bytes are compared, not messages: NaN is not equal to itself.
        let protobuf = message.encodeProtobuf()
        let json = message.encodeJSON()
        let again = try type.init(protobuf: protobuf)
        precondition(again.encodeProtobuf() == protobuf, "protobuf changed on its way")
        precondition(again.encodeJSON() == json, "protobuf lost something that JSON has")
        let fromJSON = try type.init(json: json)
        precondition(fromJSON.encodeJSON() == json, "JSON changed on its way")
    } catch {
        preconditionFailure("We do not read what we wrote: \(error)")
    }
}
