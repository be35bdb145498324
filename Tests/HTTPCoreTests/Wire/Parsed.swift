import HTTPTypes

@testable import HTTPCore

/// Shows a text's bytes to a parser.
func withBytes<Result, Failure: Error>(
    _ text: String,
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
) throws(Failure) -> Result {
    let bytes = ContiguousArray(text.utf8)
    return try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in try body(bytes) }
}

/// The status that a head is refused with, or `nil` when it is accepted.
func refusal(_ head: String, limits: MessageLimits = MessageLimits()) -> Int? {
    do throws(ProtocolError) {
        _ = try withBytes(head) { bytes throws(ProtocolError) in try RequestHead(bytes, limits: limits) }
        return nil
    } catch {
        return error.status.code
    }
}

/// A head with this request line and the fields that every request needs.
func head(_ requestLine: String, _ fields: String...) -> String {
    requestLine + "\r\n" + (["Host: shop.example"] + fields).map { $0 + "\r\n" }.joined() + "\r\n"
}

func parsed(_ head: String) throws -> RequestHead {
    try withBytes(head) { bytes throws(ProtocolError) in try RequestHead(bytes) }
}
