import Foundation
import ServiceKit
import Testing

@Suite("A service that is told to end")
struct StopBudgetTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test(
        "has more time from whatever supervises it than it can need",
        arguments: [
            (file: "launcher/supervision/processes.py", setting: "stop_seconds: int = "),
            (file: "docker-compose.yml", setting: "stop_grace_period: "),
            (file: "deploy/k8s/sample-app.yaml", setting: "terminationGracePeriodSeconds: "),
            (file: "deploy/k8s/payment-service.yaml", setting: "terminationGracePeriodSeconds: "),
            (file: "deploy/k8s/inventory-service.yaml", setting: "terminationGracePeriodSeconds: "),
        ]
    )
    func supervisors(file: String, setting: String) throws {
        let text = try String(contentsOf: Self.root.appending(path: file), encoding: .utf8)
        let values = text.components(separatedBy: setting).dropFirst().compactMap { Int($0.prefix { $0.isNumber }) }
        #expect(!values.isEmpty)
        for seconds in values { #expect(.seconds(seconds) > StopBudget.whole) }
    }
}
