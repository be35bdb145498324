import CZlib

/// Compresses bytes piece by piece into one gzip member (RFC 1952).
public final class GzipStream {
    /// Where it stands must not change: zlib keeps a pointer to it.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Begins a member.
    ///
    /// - Parameter level: From 1, the fastest, to 9, the smallest; 6 by default.
    public init(level: Int = 6) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        precondition(czlib_begin_gzip(stream, Int32(min(9, max(1, level)))) == Z_OK, "zlib is out of memory")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Takes a piece, and gives what can leave already; that may be nothing.
    public func compress(_ bytes: [UInt8]) -> [UInt8] {
        run(bytes, Z_NO_FLUSH)
    }

    /// What is left, with the end of the member. Nothing may come after it.
    public func finish() -> [UInt8] {
        run([], Z_FINISH)
    }

    private func run(_ bytes: [UInt8], _ flush: Int32) -> [UInt8] {
        var output: [UInt8] = []
        var input = bytes
        var piece = [UInt8](repeating: 0, count: 32_768)
        input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            var isFull = true
            while isFull {
                let produced = piece.withUnsafeMutableBufferPointer { piece in
                    stream.pointee.next_out = piece.baseAddress
                    stream.pointee.avail_out = UInt32(piece.count)
                    deflate(stream, flush)
                    return piece.count - Int(stream.pointee.avail_out)
                }
                output.append(contentsOf: piece[..<produced])
                isFull = produced == piece.count
            }
        }
        return output
    }
}
