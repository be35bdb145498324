import Glibc

/// A file that lines are appended to.
package struct OutputFile: ~Copyable {
    private let descriptor: Int32
    private let path: String

    /// Creates the file; it must not exist.
    ///
    /// - Throws: ``OutputError``.
    package init(_ path: String) throws(OutputError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
        self.path = path
        guard descriptor >= 0 else { throw OutputError(path: path, code: errno) }
    }

    deinit { close(descriptor) }

    /// Appends all bytes.
    ///
    /// - Throws: ``OutputError``.
    package func append(_ bytes: [UInt8]) throws(OutputError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw OutputError(path: path, code: errno) }
            written += count
        }
    }

    /// Replaces a file atomically.
    ///
    /// - Throws: ``OutputError``.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(OutputError) {
        let beside = path + ".new"
        unlink(beside)
        try OutputFile(beside).append(bytes)
        guard rename(beside, path) == 0 else { throw OutputError(path: path, code: errno) }
    }
}

/// An output file cannot be written.
package struct OutputError: Error, CustomStringConvertible {
    package let path: String
    package let code: Int32

    /// Creates an error of the path and `errno`.
    package init(path: String, code: Int32) {
        self.path = path
        self.code = code
    }

    package var description: String {
        "\(path) cannot be written (\(String(cString: strerror(code)))): give a place that may be written and has room."
    }
}
