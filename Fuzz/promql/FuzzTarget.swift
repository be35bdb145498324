/// What libFuzzer calls: a query, or a regular expression and a text where the first byte says so.
///
/// Nothing may trap. A query that is read is printed and read again as the same tree, on one line and formatted.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let bytes = UnsafeBufferPointer(start: start, count: count)
    let text = String(decoding: bytes, as: UTF8.self)
    if bytes[0] == UInt8(ascii: "/") { checkRegex(text.dropFirst()) } else { checkQuery(text) }
    return 0
}

private let parser = Parser(allowsExperimentalFunctions: true)

private func checkQuery(_ query: String) {
    do {
        let tree = try parser.parse(query)
        do {
            let line = try parser.parse(tree.description)
            precondition(line.withoutPositions == tree.withoutPositions, "the tree changed on its way: \(query)")
            let lines = try parser.parse(tree.formatted())
            precondition(lines.withoutPositions == tree.withoutPositions, "formatting changed the tree: \(query)")
        } catch {
            preconditionFailure("We do not read what we wrote: \(query): \(error)")
        }
    } catch {
        precondition(error.line > 0 && error.column > 0, "an error stands nowhere: \(error)")
    }
}

/// `/pattern/text`: both ways of matching must agree.
private func checkRegex(_ input: Substring) {
    let parts = input.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let regex = try? LinearRegex(String(parts[0])) else { return }
    let text = String(parts[1])
    var matcher = regex.matcher()
    precondition(matcher.matchesWhole(text) == (matcher.captures(ofWhole: text) != nil), "the whole of \(input)")
    precondition(matcher.matchesPart(of: text) == (matcher.captures(in: text) != nil), "a part of \(input)")
    if let literals = regex.literals {
        precondition(matcher.matchesWhole(text) == literals.contains { $0.utf8.elementsEqual(text.utf8) }, "\(input)")
    }
}
