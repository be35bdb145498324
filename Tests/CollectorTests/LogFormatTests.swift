import CChecksum
import Testing

@testable import Collector

/// Segments are built here as the log writes them, and then broken.
@Suite("The format of the write-ahead log")
struct LogFormatTests {
    private let batch = BatchID(number: 0xBA7C4)

    private func payload(_ number: Int) -> [UInt8] {
        (0..<20 + number * 7).map { UInt8(truncatingIfNeeded: $0 * number) }
    }

    private func record(_ number: Int, _ kind: LogFrame.Kind = .request) -> [UInt8] {
        let payload = kind == .request ? payload(number) : []
        return LogFrame(
            kind,
            sequence: UInt64(number),
            batch: batch,
            arrival: 1_000 + UInt64(number),
            items: number,
            payload: payload
        ).head + payload
    }

    /// The numbers of the requests that a scan finds, and all findings that are none.
    private func scan(_ bytes: [UInt8]) -> (requests: [Int], others: [LogScanner.Finding]) {
        bytes.withUnsafeBytes { bytes in
            var scanner = LogScanner(bytes)
            var requests: [Int] = []
            var others: [LogScanner.Finding] = []
            while let finding = scanner.next() {
                if case .record(let frame, let place) = finding {
                    let number = Int(frame.sequence)
                    #expect(Array(bytes[place]) == payload(number))
                    requests.append(number)
                } else {
                    others.append(finding)
                }
            }
            return (requests, others)
        }
    }

    @Test("What was written is found again, to the last field")
    func roundTrip() throws {
        for isOwn in [false, true] {
            let frame = LogFrame(
                .request,
                sequence: 7,
                batch: batch,
                arrival: 99,
                items: 3,
                payload: [1, 2, 3],
                isOwn: isOwn
            )
            #expect(frame.head.count == LogFrame.headSize)
            let read = try #require(frame.head.withUnsafeBytes { LogFrame(head: $0) })
            #expect(read == frame)
            #expect(read.isOwn == isOwn)
        }
        #expect(scan(record(1) + record(2) + record(3)).requests == [1, 2, 3])
    }

    @Test("A last record that was cut off at any byte is never taken for one")
    func torn() {
        let whole = record(1) + record(2)
        let all = whole + record(3)
        for length in whole.count + 1..<all.count {
            let found = scan(Array(all[..<length]))
            #expect(found.requests == [1, 2])
            #expect(found.others == [.torn(whole.count..<length)])
        }
    }

    @Test("A flipped bit anywhere in a record loses this record only, and is seen")
    func flipped() {
        let first = record(1)
        let second = record(2)
        let all = first + second + record(3)
        for index in second.indices {
            for bit in 0..<8 {
                var broken = all
                broken[first.count + index] ^= 1 << UInt8(bit)
                let found = scan(broken)
                #expect(found.requests == [1, 3])
                #expect(found.others == [.damaged(first.count..<first.count + second.count)])
            }
        }
    }

    @Test("Bytes that are no log have no records, whatever they are")
    func garbage() {
        var generator = SystemRandomNumberGenerator()
        for count in [0, 1, 51, 52, 53, 4_096] {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(scan(bytes).requests == [])
        }
        // A length that no file has.
        var frame = LogFrame(.request, sequence: 1, batch: batch, arrival: 0, items: 0, payload: [])
        frame.payloadLength = .max
        #expect(scan(frame.head).requests == [])
    }

    @Test("A restart tells how many records are lost, and cuts off a torn end")
    func recovery() throws {
        var broken = record(2)
        broken[10] ^= 1
        let segments = [record(1) + broken + record(3), record(4) + record(5).dropLast(3)]
        var recovery = LogRecovery()
        for (index, segment) in segments.enumerated() {
            segment.withUnsafeBytes { recovery.read($0, segment: UInt64(index + 1), isLast: index == 1) }
        }
        #expect(recovery.lostRecords == 1)
        #expect(recovery.damagedBytes == broken.count)
        #expect(recovery.lastSequence == 4)
        let tail = try #require(recovery.tornTail)
        #expect(tail == (2, record(4).count, record(5).count - 3))
        #expect(recovery.catalog.unfinishedItems == 1 + 3 + 4)
        #expect(recovery.catalog.segments.map(\.bytes) == [segments[0].count, record(4).count])
    }

    @Test("CRC-32C equals the published values, with and without the processor's instruction")
    func checksums() {
        let ascending = (0..<32).map { UInt8($0) }
        let cases: [([UInt8], UInt32)] = [
            ([], 0), (Array("123456789".utf8), 0xE306_9283), ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            (ascending, 0x46DD_794E),
        ]
        for (bytes, expected) in cases {
            #expect(cchecksum_crc32c(0, bytes, bytes.count) == expected)
            #expect(cchecksum_crc32c_portable(0, bytes, bytes.count) == expected)
        }
        #expect(cchecksum_crc32c(cchecksum_crc32c(0, ascending, 13), Array(ascending[13...]), 19) == 0x46DD_794E)
    }
}
