import Gzip
import Zstandard

/// How a body is compressed (RFC 9110, section 8.4.1; zstd: RFC 8878).
enum ContentCoding: Sendable, Equatable {
    case identity
    case gzip
    /// The zlib format (RFC 1950), which HTTP calls deflate.
    case deflate
    case zstd

    /// Reads a `Content-Encoding`.
    init?(_ field: String?) {
        switch field?.lowercased() ?? "" {
        case "", "identity": self = .identity
        case "gzip", "x-gzip": self = .gzip
        case "deflate": self = .deflate
        case "zstd": self = .zstd
        default: return nil
        }
    }

    /// What a body was before it was compressed.
    ///
    /// - Parameter limit: The most that may come out, in bytes.
    func expand(_ bytes: [UInt8], upTo limit: Int) throws(Refusal) -> [UInt8] {
        do {
            switch self {
            case .identity: return bytes
            case .gzip: return try Gzip.expand(bytes, upTo: limit)
            case .deflate: return try Gzip.expandZlib(bytes, upTo: limit)
            case .zstd: return try Zstandard.expand(bytes, upTo: limit)
            }
        } catch GzipError.tooLarge, ZstandardError.tooLarge {
            throw .tooLarge(limit: limit)
        } catch {
            throw .undecodable("\(error)")
        }
    }
}
