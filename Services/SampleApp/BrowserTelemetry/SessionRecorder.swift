import FoundationEssentials
import HTTPCore
import HTTPTypes

/// The recorder of session replay: a script of others, which is no part of the executable and may not be there.
struct SessionRecorder: Sendable {
    /// Where pages load it.
    static let path = "/telemetry/recorder.js"

    private let script: Storefront.Asset

    /// Reads the file, once.
    ///
    /// - Throws: What the system says of a file that cannot be read.
    init(file: String) throws {
        script = Storefront.Asset("text/javascript; charset=utf-8", Array(try Data(contentsOf: URL(filePath: file))))
    }

    func add(to router: inout Router) {
        router.get(Self.path) { request, _ in Storefront.answer(request, script) }
    }
}
