import Glibc
import OTLP
import Synchronization

/// Per-thread state, so that threads do not contend: a random generator and a number.
///
/// Only the thread that owns it touches it.
struct ThreadState {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64
    /// Tells threads apart: they are numbered as they come.
    let stripe: Int

    private static let threads = Atomic(0)

    private init() {
        var system = SystemRandomNumberGenerator()
        (s0, s1, s2, s3) = (system.next(), system.next(), system.next(), system.next() | 1)
        stripe = Self.threads.wrappingAdd(1, ordering: .relaxed).oldValue & Int.max
    }

    /// The next 64 random bits (xoshiro256++, seeded by the system).
    @inline(__always)
    mutating func next() -> UInt64 {
        let sum = s0 &+ s3
        let result = (sum << 23 | sum >> 41) &+ s0
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = s3 << 45 | s3 >> 19
        return result
    }

    /// A trace id, random in all of its bytes and never all zero.
    @inline(__always)
    mutating func makeTraceID() -> TraceID {
        while true {
            let id = TraceID(high: next(), low: next())
            if id.isValid { return id }
        }
    }

    /// A span id, random in all of its bytes and never all zero.
    @inline(__always)
    mutating func makeSpanID() -> SpanID {
        while true {
            let id = SpanID(value: next())
            if id.isValid { return id }
        }
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let result = pthread_key_create(&key) { pointer in
            pointer?.assumingMemoryBound(to: ThreadState.self).deallocate()
        }
        precondition(result == 0, "The process has no thread-specific key left.")
        return key
    }()

    /// The calling thread's state. Do not keep it across a suspension point.
    @inline(__always)
    static var current: UnsafeMutablePointer<ThreadState> {
        if let pointer = pthread_getspecific(key) { return pointer.assumingMemoryBound(to: ThreadState.self) }
        return make()
    }

    @inline(never)
    private static func make() -> UnsafeMutablePointer<ThreadState> {
        let pointer = UnsafeMutablePointer<ThreadState>.allocate(capacity: 1)
        pointer.initialize(to: ThreadState())
        pthread_setspecific(key, pointer)
        return pointer
    }
}
