import Glibc

/// How much of a process is in physical memory.
public struct ResidentMemory: Sendable {
    /// Bytes of resident memory.
    public let bytes: Int

    /// This process now, or `nil` where `/proc` is not there.
    public static var now: ResidentMemory? {
        guard let file = fopen("/proc/self/statm", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        return ResidentMemory(bytes: pages * Int(sysconf(Int32(_SC_PAGESIZE))))
    }
}
