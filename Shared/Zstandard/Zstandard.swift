import CZstd

/// The Zstandard format (RFC 8878).
public enum Zstandard {
    /// Larger windows than this are refused: RFC 8878 asks every decoder for 8 MiB, and more is the sender's choice.
    private static let maximumWindowLog: Int32 = 23

    /// Compresses bytes into one frame.
    ///
    /// - Parameter level: From 1, the fastest, to 19, the smallest; 3 by default.
    public static func compress(_ bytes: [UInt8], level: Int = 3) -> [UInt8] {
        let bound = ZSTD_compressBound(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            let written = ZSTD_compress(output.baseAddress, bound, bytes, bytes.count, Int32(min(19, max(1, level))))
            precondition(ZSTD_isError(written) == 0, "zstd's own bound was too small")
            count = written
        }
    }

    /// Expands a frame, or several in a row.
    ///
    /// - Parameter limit: The most that may come out, in bytes; what a small input expands to is the sender's choice.
    /// - Throws: ``ZstandardError``.
    public static func expand(_ bytes: [UInt8], upTo limit: Int) throws(ZstandardError) -> [UInt8] {
        guard let stream = ZSTD_createDStream() else { preconditionFailure("zstd is out of memory") }
        defer { ZSTD_freeDStream(stream) }
        ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, maximumWindowLog)
        var output: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        let failure = bytes.withUnsafeBytes { bytes -> ZstandardError? in
            var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
            while true {
                let (result, produced) = piece.withUnsafeMutableBytes { piece in
                    var space = ZSTD_outBuffer(dst: piece.baseAddress, size: piece.count, pos: 0)
                    return (ZSTD_decompressStream(stream, &space, &input), space.pos)
                }
                if ZSTD_isError(result) != 0 { return .malformed }
                guard output.count + produced <= limit else { return .tooLarge(limit: limit) }
                output.append(contentsOf: piece[..<produced])
                if input.pos == input.size, produced < piece.count {
                    // Zero means that a frame has ended, and so has the input.
                    return result == 0 ? nil : .truncated
                }
            }
        }
        if let failure { throw failure }
        return output
    }
}
