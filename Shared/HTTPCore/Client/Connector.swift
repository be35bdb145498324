/// Establishes TCP connections.
enum Connector {
    /// How long one address may take before the next is tried beside it (RFC 8305, section 5).
    private static let attemptDelay: Duration = .milliseconds(250)

    /// Connects to the address of the host that answers first.
    ///
    /// - Throws: ``HTTPClientError``: unresolvable, refused, or not in time.
    static func connect(to destination: Destination, deadline: MonotonicTime) async throws -> Channel {
        let addresses = try await NameResolver.addresses(of: destination, deadline: deadline)
        do {
            return try await connect(to: addresses, deadline: deadline)
        } catch ChannelError.timedOut {
            throw HTTPClientError.connectTimeout(authority: destination.authority)
        } catch let ChannelError.failed(error) {
            throw HTTPClientError.connectionRefused(authority: destination.authority, reason: error.description)
        } catch {
            throw CancellationError()
        }
    }

    /// Connects to the address that answers first: both families are tried, and a silent address does not delay the
    /// others for long.
    ///
    /// - Throws: ``ChannelError`` of the last attempt, when all have failed.
    static func connect(to addresses: [ResolvedAddress], deadline: MonotonicTime) async throws -> Channel {
        let order = alternating(addresses)
        return order.count == 1
            ? try await connect(to: order[0], deadline: deadline)
            : try await race(order, deadline: deadline)
    }

    /// The addresses with the families in turn, each in the system's order (RFC 8305, section 4).
    static func alternating(_ addresses: [ResolvedAddress]) -> [ResolvedAddress] {
        guard let first = addresses.first else { return [] }
        let (preferred, other) = (
            addresses.filter { $0.family == first.family }, addresses.filter { $0.family != first.family }
        )
        return (0..<max(preferred.count, other.count)).flatMap { index in
            [preferred, other].compactMap { index < $0.count ? $0[index] : nil }
        }
    }

    private enum Event: Sendable {
        case connected(Channel)
        case failed(ChannelError)
        case nextIsDue
    }

    private static func race(_ addresses: [ResolvedAddress], deadline: MonotonicTime) async throws -> Channel {
        try await withThrowingTaskGroup(of: Event.self) { group in
            var waiting = addresses[...]
            var running = 0
            var failure = ChannelError.aborted
            var winner: Channel?

            func startNext() {
                guard let address = waiting.popFirst() else { return }
                running += 1
                group.addTask {
                    do {
                        return .connected(try await connect(to: address, deadline: deadline))
                    } catch let error as ChannelError {
                        return .failed(error)
                    }
                }
                guard !waiting.isEmpty else { return }
                group.addTask {
                    try? await Task.sleep(for: attemptDelay)
                    return .nextIsDue
                }
            }

            startNext()
            while let event = try await group.next() {
                switch event {
                case .connected(let channel) where winner == nil:
                    winner = channel
                    group.cancelAll()
                // Two may answer at the same moment.
                case .connected(let channel): channel.close()
                case .nextIsDue: if winner == nil { startNext() }
                case .failed(let error):
                    running -= 1
                    if winner != nil { continue }
                    failure = error
                    startNext()
                    if running == 0 { throw failure }
                }
            }
            guard let winner else { throw failure }
            return winner
        }
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
