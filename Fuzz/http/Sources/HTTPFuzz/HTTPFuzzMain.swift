import Glibc
import HTTPTypes

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Feeds libFuzzer's inputs to the parsers. The first byte chooses which; the rest is what came from the network.
@main
struct HTTPFuzzMain {
    static func main() {
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        exit(
            runDriver(&count, &arguments) { start, count in
                guard let start, count > 0 else { return 0 }
                let bytes = UnsafeBufferPointer(start: start + 1, count: count - 1)
                switch start.pointee % 4 {
                case 0: RequestFuzz.run(bytes)
                case 1: ResponseFuzz.run(bytes)
                case 2: ChunkFuzz.run(bytes)
                default: TargetFuzz.run(bytes)
                }
                return 0
            }
        )
    }
}

/// Request heads: the same answer whether the bytes come at once or one by one, and no head that could be read in
/// two ways.
enum RequestFuzz {
    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        let limits = MessageLimits()
        let atOnce = end(bytes, limits, stride: max(1, bytes.count))
        precondition(end(bytes, limits, stride: 1) == atOnce, "The head's end depends on how the bytes are cut.")
        guard case .success(let length?) = atOnce else { return }
        precondition(length <= bytes.count, "The head is longer than the input.")
        guard let head = try? RequestHead(UnsafeBufferPointer(rebasing: bytes[..<length]), limits: limits) else {
            return
        }
        let fields = head.request.headerFields
        precondition(fields.count <= limits.fieldCount, "There are more fields than allowed.")
        for field in fields {
            field.withUnsafeBytesOfValue { value in
                precondition(value.allSatisfy(Octet.isFieldValue), "A value has a control character.")
            }
        }
        let lengths = fields[values: .contentLength]
        let codings = fields[values: .transferEncoding]
        precondition(lengths.count + codings.count <= 1, "The framing can be read in two ways.")
        precondition(fields[values: HTTPField.Name("Host")!].count <= 1, "There are two hosts.")
        if case .chunked = head.framing {
            precondition(codings.first?.lowercased() == "chunked", "Something else was taken for chunked.")
        }
        _ = try? RequestTarget(head.request.path ?? "/")
    }

    private static func end(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ limits: MessageLimits,
        stride: Int
    ) -> Result<Int?, ProtocolError> {
        var scanner = HeadScanner()
        var available = 0
        do throws(ProtocolError) {
            while available < bytes.count {
                available = min(bytes.count, available + stride)
                let part = UnsafeBufferPointer(rebasing: bytes[..<available])
                if let end = try scanner.end(in: part, limits: limits) { return .success(end) }
            }
            return .success(nil)
        } catch {
            return .failure(error)
        }
    }
}

/// Response heads, as the client reads them.
enum ResponseFuzz {
    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        var scanner = HeadScanner()
        guard let end = try? scanner.end(in: bytes, limits: MessageLimits()) else { return }
        let part = UnsafeBufferPointer(rebasing: bytes[..<end])
        guard let head = try? ResponseHead(part, to: .get, limits: MessageLimits()) else { return }
        precondition((100...999).contains(head.response.status.code), "The status is out of range.")
        if head.framing == .untilClose {
            precondition(!head.keepsAlive, "A connection whose body ends with it would be used again.")
        }
    }
}

/// Chunked bodies: the same data and the same end, or the same refusal, however the bytes are cut.
enum ChunkFuzz {
    private struct Outcome: Equatable {
        var data: [UInt8] = []
        var isComplete = false
        var isRefused = false
    }

    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        let atOnce = decode(bytes, stride: max(1, bytes.count))
        precondition(decode(bytes, stride: 1) == atOnce, "The body depends on how the bytes are cut.")
        precondition(atOnce.data.count <= bytes.count, "There is more data than input.")
    }

    private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, stride: Int) -> Outcome {
        var outcome = Outcome()
        var decoder = ChunkedDecoder()
        var start = 0
        var available = 0
        while available < bytes.count, !outcome.isComplete {
            available = min(bytes.count, available + stride)
            while !outcome.isComplete {
                let part = UnsafeBufferPointer(rebasing: bytes[start..<available])
                var consumed = 0
                let event: ChunkedDecoder.Event?
                do {
                    event = try decoder.next(part, consumed: &consumed)
                } catch {
                    outcome.isRefused = true
                    return outcome
                }
                if case .data(let range) = event { outcome.data += part[range] }
                if event == .end { outcome.isComplete = true }
                start += consumed
                guard event != nil else { break }
            }
        }
        return outcome
    }
}

/// Targets: a path that is decoded never leads out of its root, and never hides a separator or a control character.
enum TargetFuzz {
    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.first == Octet.slash, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return }
        guard let target = try? RequestTarget(String(decoding: bytes, as: UTF8.self)) else { return }
        precondition(target.path.utf8.first == Octet.slash, "The path has lost its root.")
        precondition(target.path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "The path has a control character.")
        for segment in target.path.utf8.split(separator: Octet.slash) {
            precondition(!segment.elementsEqual("..".utf8), "The path leads out of its root.")
        }
        _ = QueryParameters(target.query)
    }
}
