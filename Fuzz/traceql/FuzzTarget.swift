/// What libFuzzer calls: a query.
///
/// Nothing may trap. A query that is read is printed and read again as the same tree.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    _ = try? Field(parsing: text)
    do {
        let tree = try TraceQuery(parsing: text)
        do {
            let again = try TraceQuery(parsing: tree.description)
            precondition(again == tree, "the tree changed on its way: \(text)")
        } catch {
            preconditionFailure("We do not read what we wrote: \(text): \(error)")
        }
    } catch {
        precondition(error.offset >= 0, "an error stands nowhere: \(error)")
    }
    return 0
}
