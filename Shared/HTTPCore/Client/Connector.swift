/// Establishes TCP connections.
enum Connector {
    /// Connects to the first address of the host that lets us.
    ///
    /// - Throws: ``HTTPClientError``: unresolvable, refused, or not in time.
    static func connect(
        host: String,
        port: Int,
        authority: String,
        deadline: MonotonicTime
    ) async throws -> Channel {
        let addresses: [ResolvedAddress]
        do {
            addresses = try await NameResolver.addresses(host: host, port: port)
        } catch {
            throw HTTPClientError.unresolvable(host: host, reason: error.reason)
        }
        var reason = "it has no address"
        for address in addresses {
            try Task.checkCancellation()
            do {
                return try await connect(to: address, deadline: deadline)
            } catch ChannelError.timedOut {
                throw HTTPClientError.connectTimeout(authority: authority)
            } catch ChannelError.aborted {
                throw CancellationError()
            } catch let ChannelError.failed(error) {
                reason = error.description
            }
        }
        throw HTTPClientError.connectionRefused(authority: authority, reason: reason)
    }

    private static func connect(to address: ResolvedAddress, deadline: MonotonicTime) async throws -> Channel {
        let channel: Channel
        do throws(SystemCallError) {
            channel = Channel(descriptor: try Socket.startConnecting(to: address), shard: .next)
            try channel.start()
        } catch {
            throw ChannelError.failed(error)
        }
        do {
            try await withTaskCancellationHandler {
                try await channel.waitWritable(until: deadline)
            } onCancel: {
                channel.abort()
            }
            if let error = Socket.connectError(channel.descriptor) { throw ChannelError.failed(error) }
            return channel
        } catch {
            channel.close()
            throw error
        }
    }
}
