/// Bytes to be sent, in a block borrowed from a shard.
struct OutputBytes: ByteSink {
    private var block: Block?
    private var start = 0
    private var end = 0
    private let pool: BlockPool

    init(pool: BlockPool) {
        self.pool = pool
    }

    var count: Int { end - start }
    var isEmpty: Bool { start == end }

    /// The bytes that were not sent yet.
    var unsent: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: block.map { $0.base + start }, count: count)
    }

    mutating func append(contentsOf bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        let target = blockWithRoom(for: bytes.count)
        (target.base + end).copyMemory(from: source, byteCount: bytes.count)
        end += bytes.count
    }

    mutating func remove(first count: Int) {
        start += count
        if start == end { (start, end) = (0, 0) }
    }

    /// Gives the memory back; bytes that were not sent are dropped.
    mutating func release() {
        if let block { pool.giveBack(block) }
        block = nil
        (start, end) = (0, 0)
    }

    private mutating func blockWithRoom(for more: Int) -> Block {
        guard let block else {
            let new = more <= BlockPool.blockSize ? pool.take() : .allocate(more)
            self.block = new
            return new
        }
        guard block.capacity - end < more else { return block }
        var target = block
        if block.capacity - count < more { target = .allocate(max(2 * block.capacity, count + more)) }
        target.base.copyMemory(from: block.base + start, byteCount: count)
        if target.base != block.base { pool.giveBack(block) }
        (start, end) = (0, count)
        self.block = target
        return target
    }
}
