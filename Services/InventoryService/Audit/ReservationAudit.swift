import Deadlines
import HTTPCore
import Metrics
import ServiceKit
import Synchronization

/// Keeps a record of each reservation that cannot be changed unnoticed: every entry carries the checksum of the one
/// before it, and the whole chain is verified each time an entry is added.
///
/// Old entries are sealed away once there are more than ``limit`` or they are larger than so many should be, so that the
/// chain stays short. Verifying takes time in proportion to what is kept. It is done on a thread of its own, one
/// reservation after another, so that only reservations wait for it.
final class ReservationAudit: Sendable {
    /// One reservation, with what the shelf looked like.
    private struct Entry {
        let orderID: String
        let evidence: [UInt8]
        let previous: UInt32
        let checksum: UInt32
    }

    /// How many entries are kept.
    let limit: Int
    /// How much is written down of each reservation, in bytes.
    let evidenceSize: Int

    private let executor = ComputeExecutor(name: "reservation-audit", width: 1)
    private let entries = Mutex<[Entry]>([])
    private let length = Gauge(label: "inventory.audit.entries")
    private let size = Gauge(label: "inventory.audit.size")

    init(limit: Int = 200, evidenceSize: Int = 512) {
        self.limit = limit
        self.evidenceSize = evidenceSize
    }

    var count: Int { entries.withLock { $0.count } }
    /// How many reservations are being written down or wait for it.
    var verifications: Int { executor.load }

    /// Writes a reservation down.
    ///
    /// - Parameters:
    ///   - order: The order that the units were reserved for.
    ///   - excess: How many times the usual evidence is kept while nothing is sealed away; `nil` when sealing works.
    /// - Throws: ``AuditBroken`` when somebody changed an entry; the executor's error or `CancellationError` when nobody
    ///   waits for the reservation any more.
    func append(order: String, lines: [Reservation.Line], excess: Double?) async throws {
        try await executor.run {
            try entries.withLock { entries in
                try Self.verify(entries)
                append(order, lines, excess, to: &entries)
            }
        }
    }

    /// Takes the oldest entries out of the chain.
    func seal() async throws {
        try await executor.run {
            entries.withLock { entries in seal(&entries) }
        }
    }

    private func append(_ order: String, _ lines: [Reservation.Line], _ excess: Double?, to entries: inout [Entry]) {
        let bytes = Int(Double(evidenceSize) * max(1, excess ?? 1))
        let evidence = Self.evidence(of: lines, bytes: bytes)
        let previous = entries.last?.checksum ?? 0
        entries.append(
            Entry(
                orderID: order,
                evidence: evidence,
                previous: previous,
                checksum: CRC32.checksum(evidence, after: previous)
            )
        )
        if excess == nil { seal(&entries) }
        record(entries)
    }

    private func seal(_ entries: inout [Entry]) {
        guard entries.count > limit || Self.bytes(entries[...]) > limit * evidenceSize else { return }
        var kept = entries.suffix(limit / 2)
        var left = Self.bytes(kept)
        // A few large entries cost as much as many: kept, they would hold reservations up until as many new ones came.
        while left > limit / 2 * evidenceSize, let oldest = kept.popFirst() { left -= oldest.evidence.count }
        entries = Array(kept)
        record(entries)
    }

    private func record(_ entries: [Entry]) {
        length.record(entries.count)
        size.record(Self.bytes(entries[...]))
    }

    private static func bytes(_ entries: ArraySlice<Entry>) -> Int { entries.reduce(0) { $0 + $1.evidence.count } }

    private static func verify(_ entries: [Entry]) throws {
        var previous = entries.first?.previous ?? 0
        for entry in entries {
            let checksum = CRC32.checksum(entry.evidence, after: previous)
            guard entry.previous == previous, entry.checksum == checksum else {
                throw AuditBroken(orderID: entry.orderID)
            }
            previous = checksum
        }
    }

    /// The lines as text, repeated until the evidence has its size.
    private static func evidence(of lines: [Reservation.Line], bytes: Int) -> [UInt8] {
        let text = Array(lines.map { "\($0.productID)=\($0.quantity);" }.joined().utf8)
        var evidence: [UInt8] = []
        evidence.reserveCapacity(bytes)
        while !text.isEmpty, evidence.count < bytes { evidence += text.prefix(bytes - evidence.count) }
        return evidence
    }
}

/// An entry of the audit is not what was written.
struct AuditBroken: Error {
    let orderID: String
}
