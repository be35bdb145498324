import Synchronization

/// What a client of HTTP/2 did beyond what is allowed.
public enum HTTP2Excess: String, Sendable, Hashable, CaseIterable {
    /// It reset more requests than ``HTTP2Limits/resetsPerSecond``, or made the server reset them.
    case resets
    /// It sent more frames without content than ``HTTP2Limits/controlFramesPerSecond``.
    case controlFrames = "control_frames"
    /// It spread a head over more CONTINUATION frames than libnghttp2 takes.
    case continuations
    /// It opened more streams than ``HTTP2Limits/maximumConcurrentStreams``.
    case streams
    /// It sent a head larger than the server's limits; that request alone was refused.
    case head
    /// It sent what is not HTTP/2.
    case malformed
    /// It took too long to begin, to end a head, or to read.
    case slow
}

/// How often each excess came, on all connections of a server.
final class HTTP2ExcessCounts: Sendable {
    private let counts = Mutex<[HTTP2Excess: Int]>([:])

    var current: [HTTP2Excess: Int] { counts.withLock { $0 } }

    func add(_ excess: HTTP2Excess) {
        counts.withLock { $0[excess, default: 0] += 1 }
    }
}
