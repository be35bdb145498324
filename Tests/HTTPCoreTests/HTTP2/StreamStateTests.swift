import HTTPTypes
import Testing

@testable import HTTPCore

@Suite("A stream's inbox and outbox")
struct StreamStateTests {
    private func append(_ bytes: [UInt8], to inbox: inout StreamInbox) -> Bool {
        bytes.withUnsafeBufferPointer { inbox.append($0) }
    }

    @Test("gives a reader what came, in one piece, and then the end")
    func reading() throws {
        var inbox = StreamInbox(maximumBytes: 100)
        #expect(try inbox.next() == .wait)
        #expect(append([1, 2], to: &inbox) && append([3], to: &inbox))
        inbox.complete(trailers: [.age: "1"])
        #expect(inbox.trailers.isEmpty)
        #expect(try inbox.next() == .piece([1, 2, 3]))
        #expect(try inbox.next() == .end)
        #expect(inbox.trailers == [.age: "1"])
    }

    @Test("gives a reader what came before a failure")
    func failure() throws {
        var inbox = StreamInbox(maximumBytes: 100)
        _ = append([1], to: &inbox)
        inbox.fail(.incomplete)
        #expect(!append([2], to: &inbox))
        #expect(try inbox.next() == .piece([1]))
        #expect(throws: BodyError.incomplete) { try inbox.next() }
    }

    @Test("takes no more than the server allows")
    func limit() throws {
        var inbox = StreamInbox(maximumBytes: 3)
        #expect(append([1, 2, 3], to: &inbox))
        #expect(!append([4], to: &inbox))
        #expect(try inbox.next() == .piece([1, 2, 3]))
        #expect(throws: BodyError.tooLarge(limit: 3)) { try inbox.next() }
    }

    @Test("has one reader at a time, and none once it is closed")
    func readers() throws {
        var inbox = StreamInbox(maximumBytes: 100)
        try inbox.beginReading()
        #expect(throws: BodyError.unavailable) { try inbox.beginReading() }
        inbox.endReading()
        try inbox.beginReading()
        _ = append([1, 2], to: &inbox)
        #expect(inbox.close() == 2)
        #expect(throws: BodyError.unavailable) { try inbox.next() }
    }

    @Test("fills frames with what is there, and ends after the last of it")
    func writing() {
        var outbox = StreamOutbox()
        var frame = [UInt8](repeating: 0, count: 2)
        #expect(frame.withUnsafeMutableBytes { outbox.take(into: $0) } == nil)
        outbox.append([1, 2, 3])
        outbox.append([4])
        #expect(frame.withUnsafeMutableBytes { outbox.take(into: $0) } == 2)
        #expect(frame == [1, 2] && !outbox.isTaken)
        outbox.end()
        #expect(!outbox.isTaken)
        #expect(frame.withUnsafeMutableBytes { outbox.take(into: $0) } == 2)
        #expect(frame == [3, 4] && outbox.isTaken)
        #expect(frame.withUnsafeMutableBytes { outbox.take(into: $0) } == 0)
    }

    @Test("lets ten seconds' worth through at once, and then as many as time allows")
    func tokens() {
        var bucket = TokenBucket(perSecond: 10)
        func at(_ seconds: Double) -> MonotonicTime { MonotonicTime(nanoseconds: UInt64(seconds * 1e9)) }
        #expect((0..<200).filter { _ in bucket.take(at: at(1_000)) }.count == 100)
        #expect((0..<200).filter { _ in bucket.take(at: at(1_001)) }.count == 10)
        #expect((0..<200).filter { _ in bucket.take(at: at(2_000)) }.count == 100)
    }
}
