/// What a client may ask of one HTTP/2 connection (RFC 9113, section 10.5). How large a head, a body and a request's
/// target may be, and how long things may take, ``HTTPServer/Configuration`` says for both versions.
///
/// A client that goes beyond a rate, or opens more streams than it was told, loses its connection with
/// `ENHANCE_YOUR_CALM` or `PROTOCOL_ERROR`; ``HTTPServer/http2Excesses`` counts that. libnghttp2 itself bounds what follows
/// a HEADERS frame (8 CONTINUATION frames), the entries of a SETTINGS frame (32) and the acknowledgements that wait to be
/// sent (1,000).
public struct HTTP2Limits: Sendable, Hashable {
    /// How many requests may be in flight at once; 128 by default. A request that was reset counts until its handler has
    /// returned.
    public var maximumConcurrentStreams = 128
    /// How many bytes of one request's body may wait for its handler; 256 KiB by default.
    public var streamWindowBytes = 256 << 10
    /// How many bytes of all bodies may wait for handlers; 1 MiB by default.
    public var connectionWindowBytes = 1 << 20
    /// The largest frame that is taken, in bytes, from 16,384, the default, to 16,777,215.
    public var maximumFrameBytes = 16_384
    /// How many requests a second may end before their answers did, because the client resets them or makes the server do
    /// so (CVE-2023-44487, CVE-2025-8671); 30 by default. Ten times as many may come at once.
    public var resetsPerSecond = 30
    /// How many frames a second may come that carry no part of a message: PING, SETTINGS, PRIORITY, and DATA without
    /// bytes; 50 by default. Ten times as many may come at once.
    public var controlFramesPerSecond = 50

    /// The default limits.
    public init() {}
}
