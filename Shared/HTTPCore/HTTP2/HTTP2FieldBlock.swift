import HTTPTypes

/// The fields of a head or of trailers while libnghttp2 decodes them, within the limits of a message.
///
/// libnghttp2 has checked what RFC 9113, section 8 says of single fields; what HTTP/1.1's parser refuses beside that is
/// refused here as well, so that a handler sees the same from both.
struct HTTP2FieldBlock {
    /// What a field takes beside its octets (RFC 9113, section 6.5.2).
    private static let overhead = 32

    private var method: HTTPRequest.Method?
    private var path: [UInt8]?
    private var scheme: String?
    private var authority: String?
    private var host: String?
    private var cookie: String?
    private var size = 0
    private var count = 0
    private(set) var fields = HTTPFields()
    private(set) var contentLength: Int?
    private(set) var expectsContinue = false
    /// Why the message is not taken; what follows is not kept any more.
    private(set) var refusal: ProtocolError?

    /// Takes the next field.
    mutating func append(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        limits: MessageLimits
    ) {
        guard refusal == nil else { return }
        do throws(ProtocolError) {
            if name.first == Octet.colon {
                try takePseudoField(name, value, limits: limits)
            } else {
                try takeField(name, value, limits: limits)
            }
        } catch {
            refuse(error)
        }
    }

    /// Refuses the message, whatever else comes.
    mutating func refuse(_ error: ProtocolError) {
        refusal = refusal ?? error
        fields = [:]
    }

    /// The request that the fields make.
    func request() throws(ProtocolError) -> HTTPRequest {
        if let refusal { throw refusal }
        guard let method, let path, let scheme else { throw .bad("The request lacks a pseudo-header field.") }
        let target = try path.withUnsafeBufferPointer { octets throws(ProtocolError) in
            try RequestLine.target(octets, method: method).target
        }
        var fields = fields
        if let cookie { fields[.cookie] = cookie }
        return HTTPRequest(
            method: method,
            scheme: scheme,
            authority: authority ?? host,
            path: target,
            headerFields: fields
        )
    }

    private mutating func takePseudoField(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        limits: MessageLimits
    ) throws(ProtocolError) {
        if name.equalsIgnoringCase(":method") {
            guard value.count <= limits.requestLineBytes else { throw .bad("The method is too long.") }
            method = try RequestLine.method(value)
        } else if name.equalsIgnoringCase(":path") {
            guard value.count <= limits.requestLineBytes else {
                throw ProtocolError(status: .uriTooLong, description: "The request's target is too long.")
            }
            path = Array(value)
        } else if name.equalsIgnoringCase(":scheme") {
            scheme = value.text
        } else if name.equalsIgnoringCase(":authority") {
            authority = try Self.authority(value, limits: limits)
        }
    }

    private mutating func takeField(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        limits: MessageLimits
    ) throws(ProtocolError) {
        count += 1
        size += name.count + value.count + Self.overhead
        guard count <= limits.fieldCount, size <= limits.fieldBytes else {
            throw ProtocolError(status: .requestHeaderFieldsTooLarge, description: "The header fields are too large.")
        }
        guard let fieldName = FieldNames.name(name) else { throw .bad("A header name cannot be used.") }
        switch name.count {
        case 4 where name.equalsIgnoringCase("host"):
            guard host == nil else { throw .bad("Host is given more than once.") }
            host = try Self.authority(value, limits: limits)
        case 6 where name.equalsIgnoringCase("cookie"):
            // They may come crumb by crumb (RFC 9113, section 8.2.3).
            cookie = cookie.map { $0 + "; " + value.text } ?? value.text
            return
        case 6 where name.equalsIgnoringCase("expect"):
            guard value.equalsIgnoringCase("100-continue") else {
                throw ProtocolError(status: .expectationFailed, description: "The expectation is not known.")
            }
            expectsContinue = true
        case 14 where name.equalsIgnoringCase("content-length"):
            contentLength = Int(value.text)
        default: break
        }
        fields.append(HTTPField(name: fieldName, value: value))
    }

    private static func authority(
        _ value: UnsafeBufferPointer<UInt8>,
        limits: MessageLimits
    ) throws(ProtocolError) -> String {
        guard value.count <= limits.requestLineBytes, Authority.isValid(value) else {
            throw .bad("Host is not a host.")
        }
        return value.text
    }
}
