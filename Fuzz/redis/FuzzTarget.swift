/// What libFuzzer calls: the first byte chooses how the bytes are cut, the rest is what a server sent.
///
/// Nothing may trap, whatever is read keeps to its bounds, and however the bytes are cut, the same is read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let bytes = [UInt8](UnsafeBufferPointer(start: start + 1, count: count - 1))
    let single = decode(bytes, stride: 1)
    precondition(single == decode(bytes, stride: max(1, Int(start.pointee))), "It depends on how the bytes are cut.")
    for value in single { check(value, depth: 0) }
    return 0
}

private let limits = RESPDecoder.Limits(bytes: 4_096, elements: 16, depth: 4, line: 4_096)

/// The replies in front of the first error. The bound of a whole reply is above the longest input: when a decoder sees that
/// it is passed depends on how much it is fed at once.
private func decode(_ bytes: [UInt8], stride: Int) -> [RESPValue] {
    var decoder = RESPDecoder(limits: limits)
    var values: [RESPValue] = []
    do throws(RESPError) {
        var start = 0
        while start < bytes.count {
            let end = min(start + stride, bytes.count)
            decoder.feed(bytes[start..<end])
            while let value = try decoder.next() { values.append(value) }
            start = end
        }
    } catch {}
    return values
}

private func check(_ value: RESPValue, depth: Int) {
    precondition(depth <= limits.depth, "Arrays are deeper than allowed.")
    switch value {
    case .array(let elements):
        precondition(elements.count <= limits.elements, "An array is longer than allowed.")
        for element in elements { check(element, depth: depth + 1) }
    case .bytes(let bytes): precondition(bytes.count <= limits.bytes, "A string is longer than allowed.")
    case .word, .refused, .integer, .null: break
    }
}
