/// Why Redis refused a command: the first word of its error reply.
///
/// The rest is not kept. Redis repeats arguments of a command that it does not know, and these may be a password or what
/// somebody bought.
public enum RedisRefusal: String, Sendable, Hashable {
    /// Commands need a password or a user.
    case passwordMissing = "NOAUTH"
    /// The user or the password is wrong.
    case passwordWrong = "WRONGPASS"
    /// The user may not do this.
    case notAllowed = "NOPERM"
    /// It has no memory left for more.
    case memoryFull = "OOM"
    /// It cannot write to its disk.
    case diskFailing = "MISCONF"
    /// It is a copy of another server, which alone takes writes.
    case readOnly = "READONLY"
    /// It is reading its data after a start.
    case loading = "LOADING"
    /// A script keeps it busy.
    case busy = "BUSY"
    /// There is no such consumer group.
    case noGroup = "NOGROUP"
    /// The consumer group exists.
    case groupExists = "BUSYGROUP"
    /// The key holds something else.
    case wrongType = "WRONGTYPE"
    /// The data lies on another server of a cluster.
    case moved = "MOVED"
    /// The stream takes nothing more in: the word of our own script.
    case streamFull = "STREAMFULL"
    /// Anything else.
    case other = "ERR"

    /// Reads an error reply without its first character.
    init(_ reply: some Collection<UInt8>) {
        let word = reply.prefix { $0 != UInt8(ascii: " ") }
        self = RedisRefusal(rawValue: String(decoding: word, as: UTF8.self)) ?? .other
    }

    /// What happened and what to do, without a dot.
    var remedy: String {
        switch self {
        case .passwordMissing: "Redis wants a password: write it into the URL, redis://:PASSWORD@HOST"
        case .passwordWrong: "Redis does not know the user or the password of the URL"
        case .notAllowed: "The user of the URL may not use streams and scripts: allow them in Redis' ACL"
        case .memoryFull: "Redis has no memory left: raise its maxmemory"
        case .diskFailing: "Redis cannot write to its disk: its log says why"
        case .readOnly: "This Redis is a replica: name the primary in the URL"
        case .loading: "Redis is still reading its data"
        case .busy: "A script keeps Redis busy"
        case .noGroup: "Redis knows no such consumer group"
        case .groupExists: "Redis has that consumer group already"
        case .wrongType: "A key of the stream holds something else: give the stream a database of its own"
        case .moved: "This Redis is part of a cluster, which is not supported: name a single server"
        case .streamFull: "The stream is full until its consumers catch up"
        case .other: "Redis refused a command: it must be version 7 or later"
        }
    }
}
