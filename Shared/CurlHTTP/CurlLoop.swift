import CCurl
import Glibc
import Synchronization

/// The thread that drives all transfers of a client, by libcurl's multi interface.
///
/// Only the thread touches the multi handle, `curl_multi_wakeup` aside, which libcurl allows from anywhere. Everything
/// that others want goes through the inbox.
final class CurlLoop: @unchecked Sendable {
    private struct Inbox {
        var added: [CurlTransfer] = []
        var cancelled: [CurlTransfer] = []
        var isStopping = false
        /// The multi handle is gone, or about to go, and must not be woken.
        var hasEnded = false
    }

    private let multi: UnsafeMutableRawPointer
    private let inbox = Mutex(Inbox())
    private var running: [UnsafeMutableRawPointer: CurlTransfer] = [:]

    init() {
        CurlLibrary.prepare()
        multi = curl_multi_init()
        var thread = pthread_t()
        let pointer = Unmanaged.passRetained(self).toOpaque()
        let result = pthread_create(
            &thread,
            nil,
            { pointer in
                Unmanaged<CurlLoop>.fromOpaque(pointer!).takeRetainedValue().run()
                return nil
            },
            pointer
        )
        precondition(result == 0, "No thread for libcurl: \(String(cString: strerror(result)))")
        pthread_detach(thread)
    }

    /// Begins a transfer.
    func add(_ transfer: CurlTransfer) {
        let isStopping = inbox.withLock { inbox in
            if !inbox.isStopping { inbox.added.append(transfer) }
            wake(inbox)
            return inbox.isStopping
        }
        if isStopping { transfer.resume(.failure(.shutDown)) }
    }

    /// Ends a transfer early.
    func cancel(_ transfer: CurlTransfer) {
        inbox.withLock { inbox in
            guard !inbox.hasEnded else { return }
            inbox.cancelled.append(transfer)
            wake(inbox)
        }
    }

    /// Lets the thread end once nothing is under way.
    func stop() {
        inbox.withLock { inbox in
            inbox.isStopping = true
            wake(inbox)
        }
    }

    private func wake(_ inbox: borrowing Inbox) {
        if !inbox.hasEnded { curl_multi_wakeup(multi) }
    }

    // MARK: On the thread

    private func run() {
        blockSignals()
        drive()
        inbox.withLock { $0.hasEnded = true }
        // Closes the connections that were kept.
        curl_multi_cleanup(multi)
    }

    /// The process's signals are for other threads; SIGPIPE would end the process when a peer closes a TLS connection,
    /// since CURLOPT_NOSIGNAL keeps libcurl from handling it.
    private func blockSignals() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
    }

    private func drive() {
        while true {
            let (added, cancelled, isStopping) = inbox.withLock { inbox in
                defer { (inbox.added, inbox.cancelled) = ([], []) }
                return (inbox.added, inbox.cancelled, inbox.isStopping)
            }
            for transfer in added { begin(transfer) }
            for transfer in cancelled { drop(transfer) }
            var active: Int32 = 0
            curl_multi_perform(multi, &active)
            finishTransfers()
            if isStopping, running.isEmpty { return }
            curl_multi_poll(multi, nil, 0, 1_000, nil)
        }
    }

    private func begin(_ transfer: CurlTransfer) {
        running[transfer.handle] = transfer
        if curl_multi_add_handle(multi, transfer.handle) != CURLM_OK {
            running[transfer.handle] = nil
            transfer.finish(CURLE_OUT_OF_MEMORY)
        }
    }

    private func drop(_ transfer: CurlTransfer) {
        guard running.removeValue(forKey: transfer.handle) != nil else { return }
        curl_multi_remove_handle(multi, transfer.handle)
    }

    private func finishTransfers() {
        var result = CURLE_OK
        while let handle = ccurl_next_finished(multi, &result) {
            guard let transfer = running.removeValue(forKey: handle) else { continue }
            curl_multi_remove_handle(multi, handle)
            transfer.finish(result)
        }
    }
}
