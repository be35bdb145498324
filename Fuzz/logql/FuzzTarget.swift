import LogQL
import PromQL

/// What libFuzzer calls: a query; or stages and a line where the first byte says so.
///
/// Nothing may trap. A query that is read is printed and read again as the same tree, on one line and formatted.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let bytes = UnsafeBufferPointer(start: start, count: count)
    let text = String(decoding: bytes, as: UTF8.self)
    switch bytes[0] {
    case UInt8(ascii: "!"): checkLine(text.dropFirst())
    default: checkQuery(text)
    }
    return 0
}

private let parser = LogQLParser()

private func checkQuery(_ query: String) {
    do {
        let tree = try parser.parse(query)
        do {
            let line = try parser.parse(tree.description)
            precondition(line == tree, "the tree changed on its way: \(query): \(tree)")
            let lines = try parser.parse(tree.formatted())
            precondition(lines == tree, "formatting changed the tree: \(query): \(tree)")
        } catch {
            preconditionFailure("We do not read what we wrote: \(query): \(tree): \(error)")
        }
    } catch {
        precondition(error.line > 0 && error.column > 0, "an error stands nowhere: \(error)")
    }
}

/// `stages`, a zero byte, and a line that goes through them.
private func checkLine(_ input: Substring) {
    let parts = input.split(separator: "\0", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, case .log(let selector)? = try? parser.parse("{a=\"b\"} \(parts[0])") else { return }
    let entry = LogEntry(
        timestamp: 1_700_000_000_000_000_000,
        line: String(parts[1]),
        stream: ["a": "b", "service_name": "s"],
        metadata: [Label(name: "trace_id", value: "t")]
    )
    guard let line = selector.process(entry) else { return }
    let names = line.labels.map(\.name)
    precondition(Set(names).count == names.count, "a label comes twice: \(names)")
    precondition(zip(names, names.dropFirst()).allSatisfy { $0.utf8.lexicographicallyPrecedes($1.utf8) }, "\(names)")
}
