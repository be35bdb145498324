/// Sends HTTP requests by libcurl, on one thread of its own that drives all of them at once.
///
/// Connections are kept and used again. Redirects are not followed. Proxies are taken from the environment, as libcurl
/// does.
public final class CurlClient: Sendable {
    private let loop: CurlLoop

    /// Creates a client and its thread.
    public init() {
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
