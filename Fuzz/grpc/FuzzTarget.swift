/// What libFuzzer calls: the first byte chooses how the stream is cut, the rest is what a client sent.
///
/// Nothing may trap, and however the bytes are cut, the outcome is the same: one message that is the input, or the same
/// refusal.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let stream = [UInt8](UnsafeBufferPointer(start: start + 1, count: count - 1))
    let stride = max(1, Int(start.pointee))
    let whole = decode(stream, stride: max(1, stream.count))
    precondition(decode(stream, stride: 1) == whole, "The outcome depends on how the bytes are cut.")
    precondition(decode(stream, stride: stride) == whole, "The outcome depends on how the bytes are cut.")
    switch whole {
    case .success(let frame):
        precondition(frame.bytes == stream, "The message is not what was sent.")
        precondition(frame.message.count <= limit, "The message is longer than allowed.")
    case .failure(.tooLarge(let length, _)): precondition(length > limit, "A message within the limit was refused.")
    case .failure: break
    }
    let field = String(decoding: stream, as: UTF8.self)
    if let timeout = GRPCTimeout.duration(field) {
        precondition(timeout >= .zero && field.utf8.count <= 9, "A timeout was read from what is none.")
        precondition(GRPCTimeout.duration(GRPCTimeout.field(timeout)) != nil, "We do not read what we wrote.")
    }
    return 0
}

private let limit = 1_000

private func decode(_ stream: [UInt8], stride: Int) -> Result<GRPCFrame, GRPCFrameError> {
    var decoder = GRPCFrameDecoder(maximumBytes: limit)
    do throws(GRPCFrameError) {
        var start = 0
        while start < stream.count {
            let end = min(start + stride, stream.count)
            try decoder.append([UInt8](stream[start..<end]))
            start = end
        }
        return .success(try decoder.finish())
    } catch {
        return .failure(error)
    }
}
