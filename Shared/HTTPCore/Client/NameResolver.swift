import Dispatch

/// Looks names up on a queue of its own, since the system's resolver blocks.
enum NameResolver {
    private static let queue = DispatchQueue(label: "http.resolver", attributes: .concurrent)

    /// All addresses of a host, in the order of the system's preference.
    static func addresses(host: String, port: Int) async throws(ResolutionError) -> [ResolvedAddress] {
        let result: Result<[ResolvedAddress], ResolutionError> = await withCheckedContinuation { continuation in
            queue.async { @Sendable in
                do throws(ResolutionError) {
                    continuation.resume(
                        returning: .success(try ResolvedAddress.lookUp(host: host, port: port, passive: false))
                    )
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
