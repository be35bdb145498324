import CurlHTTP
import Testing

@Suite("Curl client: TLS", .timeLimit(.minutes(3)))
struct TLSTests {
    private func outcome(_ server: TLSServer, _ tls: CurlTLS) async -> Result<CurlResponse, CurlError> {
        let client = CurlClient()
        defer { client.shutdown() }
        do {
            return .success(try await client.execute(CurlRequest(url: "https://127.0.0.1:\(server.port)/", tls: tls)))
        } catch {
            return .failure(error)
        }
    }

    private func isTLSError(_ outcome: Result<CurlResponse, CurlError>) -> Bool {
        if case .failure(.tls) = outcome { true } else { false }
    }

    @Test("trusts the authority that it was given, and only that")
    func authority() async throws {
        let server = try await TLSServer()
        let trusted = await outcome(server, CurlTLS(certificateAuthorityFile: server.file("authority.pem")))
        #expect(try trusted.get().status == 200)
        #expect(isTLSError(await outcome(server, CurlTLS())))
        #expect(isTLSError(await outcome(server, CurlTLS(certificateAuthorityFile: server.file("stranger.pem")))))
        #expect(isTLSError(await outcome(server, CurlTLS(certificateAuthorityFile: server.file("missing.pem")))))
    }

    @Test("shows the client's certificate where one is wanted")
    func clientCertificate() async throws {
        let server = try await TLSServer(wantsClientCertificate: true)
        var tls = CurlTLS(certificateAuthorityFile: server.file("authority.pem"))
        if case .success = await outcome(server, tls) { Issue.record("It was let in without a certificate.") }
        tls.clientCertificateFile = server.file("client.pem")
        tls.clientKeyFile = server.file("client.key")
        #expect(try await outcome(server, tls).get().status == 200)
        tls.clientKeyFile = server.file("server.key")
        #expect(isTLSError(await outcome(server, tls)))
    }
}
