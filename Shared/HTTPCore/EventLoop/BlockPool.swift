import Synchronization

/// A piece of memory with one owner, who hands it back to the pool that lent it.
///
/// `@unchecked Sendable`: a block has one owner at a time, and changes owners only under the pool's lock.
struct Block: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let capacity: Int

    static func allocate(_ capacity: Int) -> Block {
        Block(base: .allocate(byteCount: capacity, alignment: 16), capacity: capacity)
    }

    func deallocate() {
        base.deallocate()
    }
}

/// The blocks that a shard lends to connections for as long as they have bytes in hand, so that a busy connection
/// allocates nothing and an idle one holds nothing.
final class BlockPool: Sendable {
    /// The size of a pooled block, in bytes.
    static let blockSize = 16_384
    private static let maximumKept = 128

    private let kept = Mutex<[Block]>([])

    func take() -> Block {
        kept.withLock { $0.popLast() } ?? .allocate(Self.blockSize)
    }

    /// Takes a block back. One that has grown, or that is one too many, is freed.
    func giveBack(_ block: Block) {
        let isKept = kept.withLock { kept in
            guard block.capacity == Self.blockSize, kept.count < Self.maximumKept else { return false }
            kept.append(block)
            return true
        }
        if !isKept { block.deallocate() }
    }
}
