import HTTPTypes

/// A connection's output as the destination of a body that HTTP/1.1 frames.
struct FramedOutput: BodyDestination {
    /// Up to so many bytes are copied, to leave in one piece with the framing around them.
    private static let copyLimit = 8_192

    let output: OutputBuffer
    let framing: ResponseSerializer.Framing

    func send(_ bytes: [UInt8]) async throws(ChannelError) {
        guard !bytes.isEmpty else { return try await output.send() }
        let isChunked = framing == .chunked
        let isSmall = bytes.count <= Self.copyLimit
        output.append { output in
            if isChunked {
                output.appendHexadecimal(bytes.count)
                output.append("\r\n")
            }
            if isSmall { bytes.withUnsafeBytes { output.append(contentsOf: $0) } }
        }
        if !isSmall { try await output.send(followedBy: bytes) }
        if isChunked { output.append { $0.append("\r\n") } }
        if isSmall { try await output.send() }
    }

    func end(trailers: HTTPFields) {
        guard framing == .chunked else { return }
        output.append { output in
            output.append("0\r\n")
            for field in trailers { output.append(field) }
            output.append("\r\n")
        }
    }
}
