import Synchronization

/// Sends HTTP requests by libcurl, on one thread of its own that drives all of them at once.
///
/// Connections are kept and used again. Redirects are not followed. Proxies are taken from the environment, as libcurl
/// does.
public final class CurlClient: Sendable {
    private let loop: CurlLoop
    private let maximumTransfers: Int
    private let transfers = Atomic(0)

    /// Creates a client and its thread.
    ///
    /// - Parameter maximumTransfers: The most requests that may be under way at once; one more is refused.
    public init(maximumTransfers: Int = 1_000) {
        self.maximumTransfers = maximumTransfers
        loop = CurlLoop()
    }

    deinit {
        loop.stop()
    }

    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// Cancelling the task ends the transfer at once.
    ///
    /// - Throws: ``CurlError``.
    public func execute(_ request: CurlRequest) async throws(CurlError) -> CurlResponse {
        guard transfers.wrappingAdd(1, ordering: .relaxed).oldValue < maximumTransfers else {
            transfers.wrappingSubtract(1, ordering: .relaxed)
            throw .tooManyTransfers(limit: maximumTransfers)
        }
        defer { transfers.wrappingSubtract(1, ordering: .relaxed) }
        let transfer = try CurlTransfer(request)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if transfer.begin(continuation) { loop.add(transfer) }
            }
        } onCancel: { [loop] in
            transfer.resume(.failure(.cancelled))
            loop.cancel(transfer)
        }
        return try result.get()
    }

    /// Ends the thread once everything under way is over; later requests throw ``CurlError/shutDown``.
    public func shutdown() {
        loop.stop()
    }
}
