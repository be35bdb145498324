/// This SDK's version.
enum SDKVersion {
    static let current = "0.2.0"
}
