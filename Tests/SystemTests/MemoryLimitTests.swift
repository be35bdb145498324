import ChildProcess
import Foundation
import Testing

@Suite("A memory limit", .timeLimit(.minutes(2)))
struct MemoryLimitTests {
    @Test(
        "ends a service that has more in good order, and says why",
        arguments: [
            ("payment-service", "PAYMENT_SERVICE_PORT", "PAYMENT_MEMORY_LIMIT_MB"),
            ("inventory-service", "INVENTORY_SERVICE_PORT", "INVENTORY_MEMORY_LIMIT_MB"),
        ]
    )
    func limit(service: String, port: String, variable: String) async throws {
        let folder = RunningSuite.artifacts + "/memory-limit-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // The smallest limit that may be set is below what a service has when it has just begun.
        let outcome = try await ChildProcess.run(
            [RunningSuite.executables + "/\(service)"],
            environment: [
                port: "0", variable: "32", "DATA_DIR": folder, "OTEL_SDK_DISABLED": "true", "LOG_LEVEL": "info",
            ]
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = (outcome.output + outcome.errors).split(separator: "\n")
        #expect(lines.contains { $0.contains("Memory limit reached") && $0.contains("33554432") })
    }
}
