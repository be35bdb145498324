/// A TCP connection without HTTP, for what ``HTTPClient`` cannot send: another protocol, slow requests, resets.
package final class ByteConnection: Sendable {
    private let channel: Channel

    private init(channel: Channel) {
        self.channel = channel
    }

    deinit { channel.close() }

    /// Connects, and gives the whole connection so much time.
    ///
    /// - Throws: ``HTTPClientError``, `CancellationError`.
    package static func connect(host: String, port: Int, lasting: Duration) async throws -> ByteConnection {
        let end = MonotonicTime.now + lasting
        let destination = Destination(host: host, port: port, authority: "\(host):\(port)")
        let channel = try await Connector.connect(to: destination, deadline: end)
        channel.setDeadline(end)
        return ByteConnection(channel: channel)
    }

    /// Gives the whole connection so much time from now on; `nil` gives it all the time there is.
    package func end(after time: Duration?) {
        channel.setDeadline(time.map { .now + $0 } ?? .distantFuture)
    }

    /// Whether the peer will send nothing more.
    package var hasEnded: Bool { channel.hasPeerFinished }

    /// Sends all bytes.
    ///
    /// - Throws: ``HTTPClientError/connectionClosed(authority:)``, ``HTTPClientError/requestTimeout(authority:)``,
    ///   `CancellationError`.
    package func write(_ bytes: [UInt8]) async throws {
        try await withTaskCancellationHandler {
            do throws(ChannelError) {
                try await channel.write(bytes)
            } catch {
                throw try Self.meaning(of: error)
            }
        } onCancel: {
            channel.abort()
        }
    }

    /// Reads until the peer ends the connection, or so many bytes came.
    ///
    /// - Throws: ``HTTPClientError/connectionClosed(authority:)``, ``HTTPClientError/requestTimeout(authority:)``,
    ///   `CancellationError`.
    package func readToEnd(upTo limit: Int) async throws -> [UInt8] {
        try await withTaskCancellationHandler {
            var whole: [UInt8] = []
            do throws(ChannelError) {
                while whole.count < limit, let piece = try await piece(upTo: 16_384) { whole += piece }
            } catch {
                throw try Self.meaning(of: error)
            }
            return whole
        } onCancel: {
            channel.abort()
        }
    }

    /// Waits for some bytes; `nil` when the peer has ended the connection.
    ///
    /// - Throws: ``HTTPClientError/connectionClosed(authority:)``, ``HTTPClientError/requestTimeout(authority:)``,
    ///   `CancellationError`.
    package func read(upTo limit: Int) async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            do throws(ChannelError) {
                return try await piece(upTo: limit)
            } catch {
                throw try Self.meaning(of: error)
            }
        } onCancel: {
            channel.abort()
        }
    }

    private func piece(upTo limit: Int) async throws(ChannelError) -> [UInt8]? {
        var piece = [UInt8](repeating: 0, count: limit)
        while true {
            let transfer = piece.withUnsafeMutableBytes { buffer -> Result<Int?, ChannelError> in
                do throws(ChannelError) {
                    return .success(try channel.readAvailable(into: buffer))
                } catch {
                    return .failure(error)
                }
            }
            if let count = try transfer.get() { return count > 0 ? Array(piece[..<count]) : nil }
            try await channel.waitReadable()
        }
    }

    /// Ends the connection with a reset, as a client's machine does that goes down.
    package func reset() {
        channel.close(resetting: true)
    }

    private static func meaning(of error: ChannelError) throws -> HTTPClientError {
        try Task.checkCancellation()
        if case .timedOut = error { return .requestTimeout(authority: "the peer") }
        return .connectionClosed(authority: "the peer")
    }
}
