import ServiceKit
import Testing

@testable import PaymentService

@Suite("A card")
struct CardTests {
    @Test(
        "belongs to the scheme that its first digits tell",
        arguments: [
            ("4242 4242 4242 4242", CardScheme.visa), ("4000000000000002", .visa), ("5555-5555-5555-4444", .mastercard),
            ("2223003122003222", .mastercard), ("378282246310005", .unknown), ("6011111111111117", .unknown),
        ]
    )
    func scheme(_ text: String, _ scheme: CardScheme) throws {
        let number = try #require(CardNumber(text))
        #expect(number.scheme == scheme)
        #expect(number.isCheckDigitRight)
    }

    @Test("is refused when one digit is wrong or two neighbours are swapped")
    func checkDigit() throws {
        for wrong in ["4242424242424241", "4242424242424224", "5555555555554445"] {
            #expect(try #require(CardNumber(wrong)).isCheckDigitRight == false)
        }
    }

    @Test("never shows more than its last four digits, however it is printed")
    func masked() throws {
        let number = try #require(CardNumber("4242424242424242"))
        var dumped = ""
        dump(number, to: &dumped)
        for text in ["\(number)", String(reflecting: number), dumped] {
            #expect(!text.contains("42424242"))
            #expect(text.contains("4242"))
        }
    }

    @Test("is good until the end of its last month")
    func expiry() throws {
        func card(_ year: Int, _ month: Int) throws(PaymentCard.Flaw) {
            _ = try PaymentCard(
                number: "4242424242424242",
                expiryMonth: month,
                expiryYear: year,
                securityCode: "123",
                today: (2030, 6)
            )
        }
        try card(2030, 6)
        try card(2031, 1)
        #expect(throws: PaymentCard.Flaw.expired) { try card(2030, 5) }
        #expect(throws: PaymentCard.Flaw.expired) { try card(2029, 12) }
        #expect(throws: PaymentCard.Flaw.expiryMonth("must be from 1 to 12")) { try card(2031, 13) }
    }

    @Test(
        "of digits that are none, or too many, is no card",
        arguments: ["", "4242", "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "4242x4242x4242x4242", String(repeating: "4", count: 20)]
    )
    func hostile(_ text: String) {
        #expect(CardNumber(text) == nil)
    }
}
