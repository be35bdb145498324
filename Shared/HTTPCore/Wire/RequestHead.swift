import Glibc
import HTTPTypes

/// The head of a request, parsed strictly (RFC 9112, sections 2 to 6), with what the connection must know of it.
struct RequestHead {
    var request: HTTPRequest
    var framing: BodyFraming
    var keepsAlive: Bool
    var isHTTP10: Bool
    var expectsContinue: Bool

    /// Parses a whole head: request line, field lines, empty line.
    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: MessageLimits = MessageLimits()) throws(ProtocolError) {
        var lines = LineReader(bytes)
        let parsed = try RequestLine(try lines.next(), limits: limits)

        let fieldStart = lines.position
        guard bytes.count - fieldStart <= limits.fieldBytes + 2 else {
            throw ProtocolError(status: .requestHeaderFieldsTooLarge, description: "The header fields are too large.")
        }
        var section = FieldSection()
        while case let field = try lines.next(), !field.isEmpty {
            try section.append(field, limits: limits)
        }

        isHTTP10 = parsed.minorVersion == 0
        try Self.checkHost(section, isHTTP10: isHTTP10)
        framing = try Self.framing(section, isHTTP10: isHTTP10)
        keepsAlive = isHTTP10 ? section.keepsAlive && !section.closes : !section.closes
        expectsContinue = section.expectsContinue && !isHTTP10
        guard !section.hasUnknownExpectation else {
            throw ProtocolError(status: .expectationFailed, description: "The expectation is not known.")
        }
        request = HTTPRequest(
            method: parsed.method,
            scheme: "http",
            authority: parsed.authority ?? section.host,
            path: parsed.target,
            headerFields: section.fields
        )
    }

    private static func checkHost(_ section: FieldSection, isHTTP10: Bool) throws(ProtocolError) {
        guard section.hostCount <= 1 else { throw .bad("Host is given more than once.") }
        guard section.hostCount == 1 || isHTTP10 else { throw .bad("Host is missing.") }
        guard section.isHostValid else { throw .bad("Host is not a host.") }
    }

    private static func framing(_ section: FieldSection, isHTTP10: Bool) throws(ProtocolError) -> BodyFraming {
        if let coding = section.transferEncoding {
            guard section.contentLength == nil else {
                throw .bad("Content-Length and Transfer-Encoding exclude each other.")
            }
            guard !isHTTP10 else { throw .bad("Transfer-Encoding needs HTTP/1.1.") }
            switch coding {
            case .chunked: return .chunked
            case .otherThenChunked:
                throw ProtocolError(status: .notImplemented, description: "Only the transfer coding chunked is known.")
            case .notChunkedLast: throw .bad("The last transfer coding is not chunked, once.")
            }
        }
        switch section.contentLength {
        case nil, 0: return .none
        case let length?: return .length(length)
        }
    }
}

/// Takes lines off a head whose line ends were checked already.
struct LineReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The next line without its line end.
    mutating func next() throws(ProtocolError) -> UnsafeBufferPointer<UInt8> {
        guard position < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + position, Int32(Octet.lineFeed), bytes.count - position)
        else { throw .bad("The head is not complete.") }
        let lineFeed = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
        guard lineFeed > position, bytes[lineFeed - 1] == Octet.carriageReturn else {
            throw .bad("A line ends without a carriage return.")
        }
        defer { position = lineFeed + 1 }
        return bytes.part(position..<lineFeed - 1)
    }
}
