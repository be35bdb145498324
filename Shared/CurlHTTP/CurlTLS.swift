/// Certificates for TLS, as files in PEM format.
public struct CurlTLS: Sendable, Hashable {
    /// Certificates to trust instead of the system's.
    public var certificateAuthorityFile: String?
    /// The client's certificate.
    public var clientCertificateFile: String?
    /// The client's private key.
    public var clientKeyFile: String?

    /// Creates settings; each file is optional.
    public init(
        certificateAuthorityFile: String? = nil,
        clientCertificateFile: String? = nil,
        clientKeyFile: String? = nil
    ) {
        self.certificateAuthorityFile = certificateAuthorityFile
        self.clientCertificateFile = clientCertificateFile
        self.clientKeyFile = clientKeyFile
    }
}
