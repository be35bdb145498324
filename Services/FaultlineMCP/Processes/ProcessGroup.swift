import Glibc
import Synchronization

/// A program and everything that it started, as the group of processes that it leads.
///
/// The group's number belongs to it until ``end()`` has taken the leader's status: the system gives it to others
/// afterwards, so a signal is sent before that or not at all.
final class ProcessGroup: Sendable {
    /// The group's number; `nil` when it is free for others.
    private let number: Mutex<pid_t?>

    /// - Parameter leader: A child of this process, the first of a group of its own, for whom nobody else waits.
    init(leader: pid_t) {
        number = Mutex(leader)
    }

    /// Sends a signal to all of the group.
    ///
    /// - Returns: Whether there was still a group to send it to.
    @discardableResult
    func send(_ signal: Int32) -> Bool {
        number.withLock { number in
            guard let number else { return false }
            return kill(-number, signal) == 0
        }
    }

    /// Waits until the leader has ended, and gives its number back.
    ///
    /// - Returns: The exit status; 128 and the signal for what a signal ended.
    func end() -> Int32 {
        guard let leader = number.withLock({ $0 }) else { return 0 }
        // Leaves it as it is: with the lock held, nobody could be signalled while it runs.
        var ended = siginfo_t()
        while waitid(P_PID, id_t(leader), &ended, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        var status: Int32 = 0
        number.withLock { number in
            while waitpid(leader, &status, 0) < 0, errno == EINTR {}
            number = nil
        }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }
}
