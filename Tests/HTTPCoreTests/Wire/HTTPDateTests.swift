import Testing

@testable import HTTPCore

@Suite("A date (RFC 9110, section 5.6.7)")
struct HTTPDateTests {
    @Test("is written in the one form that senders may use")
    func writing() {
        #expect(HTTPDate(second: 784_111_777).text == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate(second: 0).text == "Thu, 01 Jan 1970 00:00:00 GMT")
    }

    @Test(
        "is read in all three forms",
        arguments: ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
    )
    func reading(text: String) {
        #expect(HTTPDate(text)?.second == 784_111_777)
    }

    @Test("of two digits is never more than fifty years ahead")
    func century() {
        #expect(HTTPDate("Saturday, 06-Nov-99 08:49:37 GMT")?.text.contains(" 1999 ") == true)
        #expect(HTTPDate("Friday, 06-Nov-26 08:49:37 GMT")?.text.contains(" 2026 ") == true)
    }

    @Test(
        "is not read from anything else",
        arguments: [
            "", "now", "Sun, 06 Nov 1994 08:49:37", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
            "Thu, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "Sun Nov 6 08:49:37 1994",
        ]
    )
    func refusing(text: String) {
        #expect(HTTPDate(text) == nil)
    }
}
