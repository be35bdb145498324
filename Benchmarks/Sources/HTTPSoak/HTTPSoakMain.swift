import Glibc
import HTTPCore
import HTTPTypes
import Synchronization

/// Opens connections as fast as it can, for so many seconds at least and until there were so many, ends every second one
/// with a reset and the others in order, and tells what is left over in the server afterwards.
///
/// `HTTPSoak SECONDS CONNECTIONS`
@main
struct HTTPSoakMain {
    static func main() async throws {
        let numbers = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
        let (seconds, connections) = (numbers.first ?? 150, numbers.dropFirst().first ?? 1_000_000)
        var router = Router()
        router.get("/json") { _, _ in Response(status: .ok, body: .text("{}")) }
        let server = try HTTPServer(responder: router)
        let serving = Task.detached { try await server.run() }
        let port = server.localAddress.port
        let before = openDescriptors()
        let start = ContinuousClock.now
        let clients = (0..<4).map { _ in Client(port: port, end: start + .seconds(seconds), minimum: connections / 4) }
        for client in clients { client.start() }
        for client in clients { client.join() }
        let took = start.duration(to: .now).components.seconds
        let settled = ContinuousClock.now + .seconds(10)
        while server.connectionCount > 0, ContinuousClock.now < settled { try await Task.sleep(for: .milliseconds(20)) }
        let resets = clients.reduce(0) { $0 + $1.resets }
        let total = clients.reduce(0) { $0 + $1.connections }
        print(
            "{\"connections\": \(total), \"resets\": \(resets), \"seconds\": \(took), "
                + "\"connections_left\": \(server.connectionCount), "
                + "\"descriptors_left\": \(openDescriptors() - before)}"
        )
        server.beginShutdown()
        try await serving.value
    }

    static func openDescriptors() -> Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count
    }
}

/// A thread that opens connections.
final class Client: Sendable {
    private let opened = Atomic(0)
    private let reset = Atomic(0)
    private let port: Int
    private let end: ContinuousClock.Instant
    private let minimum: Int
    private let thread = Mutex(pthread_t())

    init(port: Int, end: ContinuousClock.Instant, minimum: Int) {
        self.port = port
        self.end = end
        self.minimum = minimum
    }

    var connections: Int { opened.load(ordering: .relaxed) }

    /// How many of the connections ended with a reset.
    var resets: Int { reset.load(ordering: .relaxed) }

    func start() {
        let context = Unmanaged.passRetained(self).toOpaque()
        thread.withLock { thread in
            _ = pthread_create(
                &thread,
                nil,
                { context in
                    if let context { Unmanaged<Client>.fromOpaque(context).takeRetainedValue().run() }
                    return nil
                },
                context
            )
        }
    }

    func join() {
        pthread_join(thread.withLock { $0 }, nil)
    }

    private func run() {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let request = "GET /json HTTP/1.1\r\nHost: x\r\n\r\n"
        var buffer = [UInt8](repeating: 0, count: 4_096)
        var connections = 0
        while connections < minimum || ContinuousClock.now < end {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard result == 0 else { continue }
            connections += 1
            opened.store(connections, ordering: .relaxed)
            // By turns: a reset before the answer, one after it, and an orderly end.
            let isReset = connections % 2 == 0
            _ = Glibc.send(descriptor, request, request.utf8.count, Int32(MSG_NOSIGNAL))
            if connections % 4 != 0 { _ = recv(descriptor, &buffer, buffer.count, 0) }
            if isReset {
                var option = linger(l_onoff: 1, l_linger: 0)
                setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
                reset.wrappingAdd(1, ordering: .relaxed)
            }
        }
    }
}
