import Testing

@testable import HTTPCore

@Suite("A Range field (RFC 9110, section 14.2)")
struct ByteRangeTests {
    @Test(
        "asks for a part of what is there",
        arguments: [
            ("bytes=0-4", 0..<5), ("bytes=5-", 5..<10), ("bytes=-3", 7..<10), ("bytes=-30", 0..<10),
            ("BYTES=9-100", 9..<10),
        ]
    )
    func parts(field: String, part: Range<Int>) {
        #expect(ByteRange(field, size: 10) == .part(part))
    }

    @Test(
        "that is not understood is as if it were not there",
        arguments: [
            "", "bytes=", "bytes=a-b", "bytes=5-2", "x=0-1", "bytes=0-1,3-4", "bytes=--1",
            "bytes=1-9999999999999999999",
        ]
    )
    func ignored(field: String) {
        #expect(ByteRange(field, size: 10) == .whole)
    }

    @Test("cannot ask for what is not there", arguments: ["bytes=10-", "bytes=10-12", "bytes=-0"])
    func unsatisfiable(field: String) {
        #expect(ByteRange(field, size: 10) == .unsatisfiable)
    }
}
