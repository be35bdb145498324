import Testing

@testable import SampleApp

@Suite("An e-mail address")
struct EmailAddressTests {
    @Test("is plausible", arguments: ["a@b.co", "first.last+tag@shop.example.com", "ü@bücher.example"])
    func plausible(_ text: String) { #expect(EmailAddress.isPlausible(text)) }

    @Test("is not plausible", arguments: ["", "a", "@b.co", "a@", "a@b", "a b@c.de", "a@b..co", "a@b@c.de"])
    func implausible(_ text: String) { #expect(!EmailAddress.isPlausible(text)) }
}
