import CZlib

/// The gzip format (RFC 1952), both ways, and the zlib format (RFC 1950) to read.
public enum Gzip {
    /// Compresses bytes into one gzip member.
    ///
    /// - Parameter level: From 1, the fastest, to 9, the smallest; 6 by default.
    public static func compress(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
        var stream = z_stream()
        precondition(czlib_begin_gzip(&stream, Int32(min(9, max(1, level)))) == Z_OK, "zlib is out of memory")
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        var input = bytes
        return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                let result = deflate(&stream, Z_FINISH)
                precondition(result == Z_STREAM_END, "zlib's own bound was too small")
                count = output.count - Int(stream.avail_out)
            }
        }
    }

    /// Expands gzip bytes, all members of them.
    ///
    /// - Parameter limit: The most that may come out, in bytes; what a small input expands to is the sender's choice.
    /// - Throws: ``GzipError``.
    public static func expand(_ bytes: [UInt8], upTo limit: Int) throws(GzipError) -> [UInt8] {
        try expand(bytes, upTo: limit, czlib_begin_gunzip)
    }

    /// Expands bytes in the zlib format (RFC 1950), which HTTP calls deflate.
    ///
    /// - Parameter limit: The most that may come out, in bytes.
    /// - Throws: ``GzipError``.
    public static func expandZlib(_ bytes: [UInt8], upTo limit: Int) throws(GzipError) -> [UInt8] {
        try expand(bytes, upTo: limit, czlib_begin_inflate)
    }

    private static func expand(
        _ bytes: [UInt8],
        upTo limit: Int,
        _ begin: (UnsafeMutablePointer<z_stream>) -> Int32
    ) throws(GzipError) -> [UInt8] {
        var stream = z_stream()
        precondition(begin(&stream) == Z_OK, "zlib is out of memory")
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var input = bytes
        let failure = input.withUnsafeMutableBufferPointer { input -> GzipError? in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(clamping: input.count)
            var piece = [UInt8](repeating: 0, count: 65_536)
            while true {
                let (result, produced) = piece.withUnsafeMutableBufferPointer { piece in
                    stream.next_out = piece.baseAddress
                    stream.avail_out = UInt32(piece.count)
                    let result = inflate(&stream, Z_NO_FLUSH)
                    return (result, piece.count - Int(stream.avail_out))
                }
                guard output.count + produced <= limit else { return .tooLarge(limit: limit) }
                output.append(contentsOf: piece[..<produced])
                switch result {
                case Z_OK: continue
                case Z_STREAM_END:
                    guard stream.avail_in > 0 else { return nil }
                    inflateReset(&stream)
                case Z_BUF_ERROR: return .truncated
                default: return .malformed
                }
            }
        }
        if let failure { throw failure }
        return output
    }
}
