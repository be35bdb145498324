/// What a Transfer-Encoding field asks for, as far as framing goes (RFC 9112, sections 6.1 and 6.3).
enum TransferEncoding: Equatable {
    /// Exactly `chunked`.
    case chunked
    /// Other codings first, then chunked: where the body ends is known, what it says is not.
    case otherThenChunked
    /// Chunked is missing, not last, or there twice: where the body ends cannot be known.
    case notChunkedLast

    init(_ value: UnsafeBufferPointer<UInt8>) {
        if value.equalsIgnoringCase("chunked") {
            self = .chunked
            return
        }
        let codings = value.split(separator: Octet.comma, omittingEmptySubsequences: false)
            .map { UnsafeBufferPointer(rebasing: $0).withoutOuterWhitespace }
        let chunkedCount = codings.count { $0.equalsIgnoringCase("chunked") }
        let areAllNamed = codings.allSatisfy { coding in
            coding.prefix { $0 != Octet.semicolon }.allSatisfy { Octet.isToken($0) || $0 == Octet.space }
                && !coding.isEmpty
        }
        let isLast = codings.last?.equalsIgnoringCase("chunked") ?? false
        self = isLast && chunkedCount == 1 && areAllNamed && codings.count > 1 ? .otherThenChunked : .notChunkedLast
    }
}
