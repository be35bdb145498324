import Foundation
import Logging
import Testing

@testable import Collector

/// A request is known by its number here: the time of its arrival.
@Suite("The write-ahead log", .timeLimit(.minutes(3)))
struct WriteAheadLogTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var segments: SegmentFolder { SegmentFolder(path: folder.path) }

    /// A log that gives out what it has only when it is asked for much, or stopped.
    private func open(
        rows: Int = 1_000_000,
        bytes: Int = 1 << 20,
        segmentBytes: Int = 1 << 20,
        sync: SyncPolicy = .never,
        budget: MemoryBudget = MemoryBudget(capacity: 1 << 20)
    ) throws -> WriteAheadLog {
        try WriteAheadLog(
            folder: segments,
            limits: LogLimits(bytes: bytes, segmentBytes: segmentBytes, sync: sync),
            batches: BatchLimits(rows: rows, interval: .seconds(100_000), linger: .seconds(100_000)),
            budget: budget,
            logger: Logger(label: "log") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func submission(_ number: Int) -> WriteAheadLog.Submission {
        WriteAheadLog.Submission(request: stored(number), items: 1, rowBytes: 100)
    }

    private func stored(_ number: Int) -> StoredRequest {
        StoredRequest(
            arrival: UInt64(number),
            body: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 100)
        )
    }

    @Test(
        "Requests that come together are written together, and each is answered",
        arguments: [SyncPolicy.always, .never]
    )
    func group(sync: SyncPolicy) async throws {
        let log = try open(sync: sync)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 { group.addTask { try await log.append(submission(number)) } }
            for try await isKept in group { #expect(isKept) }
        }
        await log.stop()
        let batch = try #require(await log.next())
        #expect(Set(batch.requests?.map(\.arrival) ?? []) == Set(0..<200))
        let requests = try await log.requests(of: batch)
        #expect(Set(requests.map(\.arrival)) == Set(0..<200))
        #expect(await log.next() == nil)
    }

    @Test(
        "An earlier process's batches come again, with the same requests under the same names, until they are finished"
    )
    func restart() async throws {
        var given: [(BatchID, [StoredRequest])] = []
        let first = try open(rows: 2)
        for number in 0..<8 { _ = try await first.append(submission(number)) }
        let one = try #require(await first.next())
        #expect(one.requests == (0..<8).map(stored))
        for number in 8..<12 { _ = try await first.append(submission(number)) }
        let two = try #require(await first.next())
        for number in 12..<13 { _ = try await first.append(submission(number)) }
        for batch in [one, two] { given.append((batch.stored.id, try await first.requests(of: batch))) }
        await first.finish(one.stored.id)

        // The first process is gone without a word.
        let second = try open(rows: 2)
        await second.stop()
        let again = try #require(await second.next())
        #expect(again.stored.id == given[1].0)
        #expect(again.requests == nil)
        #expect(try await second.requests(of: again) == (8..<12).map(stored))
        let open = try #require(await second.next())
        #expect(try await second.requests(of: open) == [stored(12)])
        #expect(await second.next() == nil)
        await second.finish(again.stored.id)
        await second.finish(open.stored.id)

        let third = try self.open()
        await third.stop()
        #expect(await third.next() == nil)
        #expect(try folder.files("").filter { $0.hasSuffix(".wal") }.count == 1)
    }

    @Test("Segments are deleted as soon as nobody needs them, and a full log takes requests again")
    func segmentsGo() async throws {
        let log = try open(rows: 1, bytes: 10_000, segmentBytes: 1_000)
        var taken = 0
        while await append(taken, to: log) { taken += 1 }
        #expect(log.gauge.refusal(of: 100) == .full(limit: 10_000))
        #expect(log.gauge.reading.bytes <= 10_000)
        #expect(log.gauge.reading.items == taken)
        #expect(try folder.files("").count > 5)
        await log.stop()
        while let batch = await log.next() { await log.finish(batch.stored.id) }
        #expect(log.gauge.refusal(of: 100) == nil)
        #expect(log.gauge.reading.items == 0)
        #expect(try folder.files("").count <= 2)
        #expect(await append(taken, to: log))
    }

    private func append(_ number: Int, to log: WriteAheadLog) async -> Bool {
        do throws(LogError) {
            _ = try await log.append(submission(number))
            return true
        } catch {
            #expect(error == .full(limit: 10_000))
            return false
        }
    }

    @Test("The log stays within its limit when batches end: room for their last records is kept")
    func roomForEndings() async throws {
        let log = try open(rows: 1, bytes: 10_000)
        var number = 0
        while await append(number, to: log) { number += 1 }
        #expect(number > 10)
        await log.stop()
        while let batch = await log.next() { await log.finish(batch.stored.id) }
        #expect(log.gauge.reading.bytes <= 10_000)
    }

    @Test("Requests are kept in memory up to half of the budget; the others are read from the log")
    func memory() async throws {
        let budget = MemoryBudget(capacity: 1_000)
        let log = try open(rows: 1, budget: budget)
        #expect(try await log.append(submission(1)))
        budget.force(600)
        #expect(try await log.append(submission(2)) == false)
        let batch = try #require(await log.next())
        #expect(batch.requests == nil)
        #expect(try await log.requests(of: batch) == [stored(1), stored(2)])
        // What the first had taken is given back when the second did not fit.
        #expect(budget.usedBytes == 500)
        budget.giveBack(500)
        #expect(try await log.append(submission(3)))
        #expect(await log.next()?.requests == [stored(3)])
    }

    @Test("A damaged record is lost alone, and told")
    func damage() async throws {
        let first = try open()
        for number in 0..<5 { _ = try await first.append(submission(number)) }
        let name = try #require(try folder.files("").first { $0.hasSuffix(".wal") })
        try flip(byte: 2 * (LogFrame.headSize + 100) + 70, of: folder.path + "/" + name)
        let second = try open()
        #expect(second.gauge.reading.lostRecords == 1)
        #expect(second.gauge.reading.items == 4)
        let batch = try #require(await second.next())
        #expect(try await second.requests(of: batch) == [0, 1, 3, 4].map(stored))
    }

    private func flip(byte: Int, of path: String) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: UInt64(byte))
        let value = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: UInt64(byte))
        try file.write(contentsOf: [value ^ 0x10])
        try file.close()
    }

    @Test("Whatever a crash cut off from the last record, the others are there and the log goes on", arguments: 1...152)
    func torn(missing: Int) async throws {
        let first = try open()
        for number in 0..<3 { _ = try await first.append(submission(number)) }
        let name = try #require(try folder.files("").first { $0.hasSuffix(".wal") })
        let file = try #require(FileHandle(forUpdatingAtPath: folder.path + "/" + name))
        try file.truncate(atOffset: try file.seekToEnd() - UInt64(missing))
        try file.close()

        let second = try open()
        #expect(second.gauge.reading.items == 2)
        _ = try await second.append(submission(3))
        let third = try open()
        #expect(third.gauge.reading.lostRecords == 0)
        await third.stop()
        var found: [StoredRequest] = []
        while let batch = await third.next() { found += try await third.requests(of: batch) }
        #expect(found == [0, 1, 3].map(stored))
    }
}
