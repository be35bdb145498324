import CurlHTTP

/// Certificates for TLS, as files in PEM format.
public struct OTLPTLSFiles: Sendable, Hashable {
    /// Certificates to trust instead of the system's.
    public var certificateAuthority: String?
    /// The client's certificate.
    public var clientCertificate: String?
    /// The client's private key.
    public var clientKey: String?

    /// Creates settings; each file is optional.
    public init(certificateAuthority: String? = nil, clientCertificate: String? = nil, clientKey: String? = nil) {
        self.certificateAuthority = certificateAuthority
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
    }

    var curl: CurlTLS {
        CurlTLS(
            certificateAuthorityFile: certificateAuthority,
            clientCertificateFile: clientCertificate,
            clientKeyFile: clientKey
        )
    }
}
