import Foundation
import Logging
import Testing

@testable import ServiceKit

@Suite("The log on standard error")
struct StandardErrorLogTests {
    private struct Trouble: Error, CustomStringConvertible {
        let description = "it broke"
    }

    private func lines(_ write: (Logger) -> Void) throws -> [String] {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        write(Logger(label: "shop") { StandardErrorLog(label: $0, level: .info, descriptor: descriptor) })
        try pipe.fileHandleForWriting.close()
        let text = try pipe.fileHandleForReading.readToEnd().map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    @Test("has a line for each record: local time, level, label, metadata by key, module, message")
    func line() throws {
        let line = try #require(try lines { $0.info("Order paid", metadata: ["order.id": "1", "amount": "5"]) }.first)
        let pattern = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} info shop: amount=5 order.id=1 \[\w+\] Order paid/
        #expect(line.wholeMatch(of: pattern) != nil, "\(line)")
    }

    @Test("keeps to its level, and lets a record's metadata win over the logger's")
    func metadata() throws {
        let lines = try lines { logger in
            var logger = logger
            logger[metadataKey: "a"] = "logger"
            logger[metadataKey: "b"] = "logger"
            logger.debug("left out")
            logger.warning("told", metadata: ["a": "record"])
        }
        #expect(lines.count == 1)
        #expect(lines.first?.contains(" warning shop: a=record b=logger [") == true)
    }

    @Test("names an error")
    func error() throws {
        let line = try lines { $0.error("Failed", error: Trouble()) }.first
        #expect(line?.contains("error.message=it broke error.type=") == true)
    }
}
