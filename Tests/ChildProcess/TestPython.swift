import Foundation

/// The Python that tests start programs with.
package enum TestPython {
    /// `FAULTLINE_PYTHON`, or else that of the checkout's own virtual environment; `nil` when there is neither.
    package static let interpreter: String? = {
        if let given = ProcessInfo.processInfo.environment["FAULTLINE_PYTHON"], !given.isEmpty { return given }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let own = root.appending(path: ".venv/bin/python").path
        return FileManager.default.isExecutableFile(atPath: own) ? own : nil
    }()

    /// Without any Python tests that need it are skipped; one that is there but lacks the packages fails them.
    package static var isGiven: Bool { interpreter != nil }
}
