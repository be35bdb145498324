import HTTPTypes

/// A response's body on its way into a stream's frames.
///
/// A value without sockets or locks. What the client's window does not let through waits here, and its writer with it.
struct StreamOutbox {
    /// A writer need not wait while no more than so many bytes are here.
    private static let freeBytes = 16_384

    private var bytes: [UInt8] = []
    private var start = 0
    private var isEnded = false
    private(set) var trailers = HTTPFields()

    /// How many bytes wait.
    var count: Int { bytes.count - start }
    /// Whether the writer may go on.
    var hasRoom: Bool { count <= Self.freeBytes }
    /// Whether everything was taken, up to the end.
    var isTaken: Bool { isEnded && count == 0 }

    mutating func append(_ more: [UInt8]) {
        if count == 0 {
            bytes = more
            start = 0
        } else {
            bytes += more
        }
    }

    /// Nothing more will come.
    mutating func end(trailers: HTTPFields = [:]) {
        isEnded = true
        self.trailers = trailers
    }

    /// Takes bytes for a frame; `nil` when there are none and more will come.
    mutating func take(into frame: UnsafeMutableRawBufferPointer) -> Int? {
        let taken = min(frame.count, count)
        guard taken > 0 else { return isEnded ? 0 : nil }
        bytes.withUnsafeBytes { frame.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + taken])) }
        start += taken
        if start == bytes.count {
            bytes = []
            start = 0
        }
        return taken
    }
}
