import GRPC
import Testing

@Suite("gRPC's wire format")
struct GRPCTests {
    private func decode(_ bytes: [UInt8], stride: Int, maximumBytes: Int = 1_000) throws -> GRPCFrame {
        var decoder = GRPCFrameDecoder(maximumBytes: maximumBytes)
        var start = 0
        while start < bytes.count {
            let end = min(start + stride, bytes.count)
            try decoder.append(Array(bytes[start..<end]))
            start = end
        }
        return try decoder.finish()
    }

    @Test(
        "a message comes out as it went in, however its bytes are cut",
        arguments: [0, 1, 4, 300],
        [1, 2, 5, 6, 1_000]
    )
    func frames(count: Int, stride: Int) throws {
        let frame = GRPCFrame((0..<count).map { UInt8(truncatingIfNeeded: $0) }, isCompressed: count == 4)
        #expect(try decode(frame.bytes, stride: stride) == frame)
    }

    @Test("a message that is too large is refused once its length is known")
    func tooLarge() {
        var decoder = GRPCFrameDecoder(maximumBytes: 10)
        #expect(throws: GRPCFrameError.tooLarge(length: 11, limit: 10)) { try decoder.append([0, 0, 0, 0, 11]) }
        var other = GRPCFrameDecoder(maximumBytes: 10)
        #expect(throws: GRPCFrameError.tooLarge(length: 0xFFFF_FFFF, limit: 10)) {
            try other.append([1, 0xFF, 0xFF, 0xFF, 0xFF])
        }
    }

    @Test(
        "what is not one whole message is refused, each for its reason",
        arguments: [
            ([], GRPCFrameError.incomplete), ([0, 0, 0], .incomplete), ([0, 0, 0, 0, 2, 1], .incomplete),
            ([2], .malformed), ([0xFF, 0, 0, 0, 0], .malformed), ([0, 0, 0, 0, 0, 1], .moreThanOne),
            ([0, 0, 0, 0, 1, 7, 0, 0, 0, 0, 1, 7], .moreThanOne),
        ] as [([UInt8], GRPCFrameError)],
        [1, 100]
    )
    func malformed(input: ([UInt8], GRPCFrameError), stride: Int) {
        #expect(throws: input.1) { try decode(input.0, stride: stride) }
    }

    @Test(
        "timeouts are read in every unit",
        arguments: [
            ("1H", Duration.seconds(3_600)), ("2M", .seconds(120)), ("99999999S", .seconds(99_999_999)),
            ("250m", .milliseconds(250)), ("7u", .microseconds(7)), ("0n", .zero),
        ]
    )
    func timeouts(field: String, duration: Duration) {
        #expect(GRPCTimeout.duration(field) == duration)
    }

    @Test(
        "malformed timeouts are none",
        arguments: ["", "S", "1", "1s", "-1S", "+1S", "123456789S", "1.5S", "1S ", "٣S"]
    )
    func malformedTimeouts(field: String) {
        #expect(GRPCTimeout.duration(field) == nil)
    }

    @Test("timeouts are written to the millisecond, as long as eight digits suffice")
    func writtenTimeouts() {
        #expect(GRPCTimeout.field(.milliseconds(1_500)) == "1500m")
        #expect(GRPCTimeout.field(.zero) == "1m")
        #expect(GRPCTimeout.field(.seconds(100_000)) == "100000S")
        #expect(GRPCTimeout.field(.seconds(Int64.max)) == "99999999S")
    }

    @Test("a message's text survives its field")
    func messages() {
        #expect(GRPCMessage.field("50 % of \"Größe\"\n") == "50 %25 of \"Gr%C3%B6%C3%9Fe\"%0A")
        for text in ["", "plain", "100%", "Größe\n\t", "日本"] {
            #expect(GRPCMessage.text(GRPCMessage.field(text)) == text)
        }
        #expect(GRPCMessage.text("100%") == "100%")
    }

    @Test("codes have the numbers and names of gRPC's documentation")
    func codes() {
        #expect(GRPCCode.allCases.map(\.rawValue) == Array(0...16))
        #expect(GRPCCode.deadlineExceeded.rawValue == 4 && GRPCCode.deadlineExceeded.name == "DEADLINE_EXCEEDED")
        #expect(GRPCCode.unimplemented.rawValue == 12 && GRPCCode.internal.name == "INTERNAL")
    }

    @Test("a status of HTTP means a code where there is none of gRPC")
    func httpStatus() {
        let meanings = [400, 401, 403, 404, 429, 502, 503, 504, 418, 200].map { GRPCCode(httpStatus: $0) }
        #expect(
            meanings == [
                .internal, .unauthenticated, .permissionDenied, .unimplemented, .unavailable, .unavailable,
                .unavailable, .unavailable, .unknown, .unknown,
            ]
        )
    }
}
