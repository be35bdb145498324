import Dispatch
import Glibc
import HTTPTypes

/// Serves the files of a folder, with validators, conditional requests and ranges (RFC 9110, sections 13 and 14).
///
/// ```swift
/// let files = try StaticFiles(folder: "/srv/www")
/// router.get("/{path...}") { request, context in
///     try await files.respond(to: request, path: context.parameters["path"] ?? "")
/// }
/// ```
///
/// Only regular files below the folder are served: names that begin with a dot, and whatever leads out of the folder by
/// symbolic links, are answered 404. Files are read on a queue that may wait, never on an event loop.
public struct StaticFiles: Sendable {
    /// What reading needs; blocking calls happen here.
    private static let queue = DispatchQueue(label: "http.files", attributes: .concurrent)
    private static let pieceSize = 65_536

    private let folder: String
    private let index: String
    private let cacheControl: String

    /// Serves a folder.
    ///
    /// - Parameters:
    ///   - folder: The folder's path; it must exist.
    ///   - index: The file that stands for a folder; `index.html` by default.
    ///   - cacheControl: What caches may do; `no-cache` by default, which makes them ask whether the file has changed.
    /// - Throws: ``SystemCallError`` when the folder is not there.
    public init(folder: String, index: String = "index.html", cacheControl: String = "no-cache") throws {
        guard let resolved = realpath(folder, nil) else { throw SystemCallError(call: "realpath", code: errno) }
        defer { free(resolved) }
        self.folder = String(cString: resolved)
        self.index = index
        self.cacheControl = cacheControl
    }

    /// Answers a request for a file.
    ///
    /// - Parameter path: The decoded path below the folder, without a slash at its beginning.
    public func respond(to request: Request, path: String) async throws -> Response {
        guard let file = await open(path) else { return .problem(.notFound) }
        var headers: HTTPFields = [
            .contentType: MediaType.of(file.path),
            .eTag: file.entityTag,
            .lastModified: file.lastModified,
            .cacheControl: cacheControl,
            .acceptRanges: "bytes",
        ]
        let fields = request.head.headerFields
        switch Precondition.evaluate(fields, entityTag: file.entityTag, modified: file.modifiedSecond) {
        case .failed: return .problem(.preconditionFailed)
        case .notModified:
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        case .passed: break
        }
        let mayPart =
            request.head.method == .get
            && Precondition.allowsRange(fields, entityTag: file.entityTag, modified: file.lastModified)
        switch mayPart ? ByteRange(fields[.range], size: file.size) : .whole {
        case .unsatisfiable:
            return .problem(.rangeNotSatisfiable, headers: [.contentRange: "bytes */\(file.size)"])
        case .whole:
            return Response(status: .ok, headers: headers, body: body(of: file, 0..<file.size))
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)"
            return Response(status: .partialContent, headers: headers, body: body(of: file, range))
        }
    }

    private func body(of file: OpenFile, _ range: Range<Int>) -> ResponseBody {
        .stream(length: range.count) { writer in
            var position = range.lowerBound
            while position < range.upperBound {
                let wanted = min(Self.pieceSize, range.upperBound - position)
                let offset = position
                let bytes = await onQueue { file.read(wanted, at: offset) }
                guard !bytes.isEmpty else { throw FileError.shrank }
                try await writer.write(bytes)
                position += bytes.count
            }
        }
    }

    private func open(_ path: String) async -> OpenFile? {
        let segments = path.utf8.split(separator: Octet.slash).map { Substring($0) }
        guard segments.allSatisfy({ !$0.hasPrefix(".") }), !path.utf8.contains(0), !path.contains("%2F"),
            !path.contains("%2f")
        else { return nil }
        let wanted = ([folder] + segments.map(String.init)).joined(separator: "/")
        let folder = folder
        let index = index
        return await onQueue {
            OpenFile(wanted, below: folder) ?? OpenFile(wanted + "/" + index, below: folder)
        }
    }

    private func onQueue<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            Self.queue.async { @Sendable in continuation.resume(returning: body()) }
        }
    }
}

/// Why a file could not be sent to its end.
enum FileError: Error {
    /// It became shorter while it was read.
    case shrank
}
