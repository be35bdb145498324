import RawServer
import Testing

@testable import HTTPCore

@Suite("A connection to a host with several addresses", .timeLimit(.minutes(3)))
struct ConnectorTests {
    private func address(_ host: String, _ port: Int) throws -> ResolvedAddress {
        try #require(try ResolvedAddress.lookUp(host: host, port: port, .connectingToLiteral).first)
    }

    private var deadline: MonotonicTime { .now + .seconds(20) }

    @Test("is made to the family that listens, whichever comes first", arguments: ["127.0.0.1", "::1"])
    func families(host: String) async throws {
        try await withServer(testRouter(), configure: { $0.host = host }) { server in
            let port = server.localAddress.port
            for hosts in [["127.0.0.1", "::1"], ["::1", "127.0.0.1"]] {
                let channel = try await Connector.connect(
                    to: try hosts.map { try address($0, port) },
                    deadline: deadline
                )
                #expect(Socket.peerAddress(channel.descriptor).host == host)
                channel.close()
            }
        }
    }

    @Test("reaches a server on all addresses by either family")
    func bothFamilies() async throws {
        try await withServer(testRouter(), configure: { $0.host = "::" }) { server in
            for host in ["127.0.0.1", "::1"] {
                let channel = try await Connector.connect(
                    to: [try address(host, server.localAddress.port)],
                    deadline: deadline
                )
                #expect(Socket.peerAddress(channel.descriptor).host == host)
                channel.close()
            }
        }
    }

    @Test("does not wait for an address that stays silent")
    func silence() async throws {
        let silent = RawServer(answer: "", backlog: 0, accepts: false)
        let fillers = (0..<2).map { _ in RawConnection(unconnected: ()) }
        for filler in fillers { filler.startConnecting(to: silent.port) }
        try await withServer(testRouter()) { server in
            let addresses = [try address("127.0.0.1", silent.port), try address("127.0.0.1", server.localAddress.port)]
            let channel = try await Connector.connect(to: addresses, deadline: deadline)
            #expect(Socket.peerAddress(channel.descriptor).port == server.localAddress.port)
            channel.close()
        }
        withExtendedLifetime((silent, fillers)) {}
    }

    @Test("fails as its last attempt did, when all fail")
    func failure() async throws {
        let addresses = [try address("127.0.0.1", 1), try address("::1", 1)]
        await #expect(throws: ChannelError.self) { try await Connector.connect(to: addresses, deadline: deadline) }
        await #expect(throws: ChannelError.self) { try await Connector.connect(to: [], deadline: deadline) }
    }

    @Test("is tried in turns between the families (RFC 8305, section 4)")
    func order() throws {
        let hosts = ["127.0.0.1", "127.0.0.2", "::1", "127.0.0.3"]
        let turns = Connector.alternating(try hosts.map { try address($0, 1) }).map(\.family)
        let (v4, v6) = (try address("127.0.0.1", 1).family, try address("::1", 1).family)
        #expect(turns == [v4, v6, v4, v4])
    }
}
