import HTTPCore
import HTTPTypes
import InMemoryTracing
import Logging
import MessageStream
import MetricsTestKit
import ServiceKit
import ServiceLifecycle
import Testing

@testable import SampleApp

@Suite("What the storefront's page tells of itself", .timeLimit(.minutes(2)))
struct BrowserTelemetryTests {
    @Test("reaches the collector as it came, and of the browser's fields only the coding")
    func passedOn() async throws {
        try await BrowserIntake.open(headers: [.authorization: "Bearer shop"]) { intake in
            let body: [UInt8] = [0x1F, 0x8B, 0, 255, 10, 13]
            let answer = try await intake.send(
                body,
                to: "/telemetry/v1/logs",
                [
                    .contentEncoding: "gzip", .cookie: "session=secret", .authorization: "Bearer visitor",
                    .referer: "http://shop/basket", .userAgent: "Browser/1",
                    HTTPField.Name("traceparent")!: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                ]
            )
            #expect(answer.status == .accepted)
            #expect(answer.headerFields[.setCookie] == nil)
            #expect(answer.headerFields[HTTPField.Name("traceresponse")!] == nil)
            try await intake.until { try intake.passedOn == 1 }
            let export = try #require(intake.collector.exports.first)
            #expect(export.path == "/v1/logs")
            #expect(export.body == body)
            #expect(export.headers[.contentType] == "application/json")
            #expect(export.headers[.contentEncoding] == "gzip")
            #expect(export.headers[.authorization] == "Bearer shop")
            for name in [HTTPField.Name.cookie, .referer, .userAgent, .origin, HTTPField.Name("traceparent")!] {
                #expect(export.headers[name] == nil, "\(name)")
            }
        }
    }

    @Test("is taken from the shop's own pages alone, as browsers say it")
    func foreign() async throws {
        try await BrowserIntake.open { intake in
            var refused: Int64 = 0
            let own = intake.origin
            let host = String(own.dropFirst("http://".count))
            let cases: [(HTTPFields, Bool)] = [
                ([.origin: own], true),
                ([.origin: "https://\(host)"], true),
                ([.origin: "https://elsewhere.example", .secFetchSite: "same-origin"], true),
                ([.origin: own, .secFetchSite: "same-origin"], true),
                ([.origin: own, .secFetchSite: "same-site"], false),
                ([.origin: own, .secFetchSite: "cross-site"], false),
                ([.origin: own, .secFetchSite: "none"], false),
                ([.origin: "https://elsewhere.example"], false),
                ([.origin: "http://\(host).elsewhere.example"], false),
                ([.origin: "http://elsewhere.example/\(host)"], false),
                ([.origin: "null"], false),
                ([.origin: "\(own), https://elsewhere.example"], false),
                ([.origin: ""], false),
            ]
            for (fields, isOwn) in cases {
                let answer = try await intake.send(Array("{}".utf8), to: "/telemetry/v1/traces", fields)
                #expect(answer.status == (isOwn ? .accepted : .forbidden), "\(fields)")
                #expect(answer.headerFields[HTTPField.Name("Access-Control-Allow-Origin")!] == nil)
                if !isOwn { refused += 1 }
            }
            let unsaid = try await intake.ask(.post, "/telemetry/v1/traces", [.contentType: "application/json"], [])
            #expect(unsaid.status == .forbidden)
            #expect(try intake.dropped(.foreign) == refused + 1)
            try await intake.until { try intake.passedOn == 4 }
            #expect(intake.collector.exports.count == 4)
        }
    }

    @Test("is JSON, compressed by gzip or not at all", arguments: ["text/plain", "application/x-protobuf", nil])
    func mediaType(_ type: String?) async throws {
        try await BrowserIntake.open { intake in
            var fields: HTTPFields = [.origin: intake.origin]
            fields[.contentType] = type
            let answer = try await intake.ask(.post, "/telemetry/v1/traces", fields, Array("{}".utf8))
            #expect(answer.status == .unsupportedMediaType)
            let brotli = try await intake.send([1], to: "/telemetry/v1/traces", [.contentEncoding: "br"])
            #expect(brotli.status == .unsupportedMediaType)
            let spelled: HTTPFields = [.contentType: "Application/JSON; charset=utf-8"]
            #expect(try await intake.send([1], to: "/telemetry/v1/traces", spelled).status == .accepted)
            #expect(try intake.dropped(.unreadable) == 2)
        }
    }

    @Test("is not taken in ten megabytes, said before or not, and the shop goes on meanwhile")
    func large() async throws {
        try await BrowserIntake.open { intake in
            let chunk = "100000\r\n" + String(repeating: "x", count: 1 << 20) + "\r\n"
            try await withThrowingTaskGroup(of: Void.self) { senders in
                for _ in 0..<8 {
                    senders.addTask {
                        let said = try await intake.begin(intake.head(length: 10 << 20))
                        #expect(try await text(of: said).hasPrefix("HTTP/1.1 413 "))
                    }
                    senders.addTask {
                        let head = intake.head(length: 0)
                            .replacing("Content-Length: 0", with: "Transfer-Encoding: chunked")
                        let unsaid = try await intake.begin(head)
                        // The shop ends the connection in the middle.
                        do {
                            for _ in 0..<10 { try await unsaid.write(Array(chunk.utf8)) }
                        } catch HTTPClientError.connectionClosed {}
                    }
                }
                for _ in 0..<20 { #expect(try await intake.visit().status == .ok) }
                try await senders.waitForAll()
            }
            try await intake.until { try intake.dropped(.tooLarge) == 16 }
            #expect(intake.collector.exports.isEmpty)
        }
    }

    @Test("is bounded in rate: what comes beyond is refused and counted, and the rest arrives")
    func flood() async throws {
        var limits = BrowserTelemetryRoutes.Limits()
        limits.batchesPerSecond = 1
        limits.burst = 10
        try await BrowserIntake.open(limits: limits) { intake in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { senders in
                for _ in 0..<300 { senders.addTask { try await intake.send().status.code } }
                return try await senders.reduce(into: [Int: Int64]()) { $0[$1, default: 0] += 1 }
            }
            let (taken, refused) = (statuses[202, default: 0], statuses[429, default: 0])
            #expect(taken >= 10)
            #expect(refused > 0)
            #expect(taken + refused == 300)
            #expect(try intake.dropped(.tooMany) == refused)
            try await intake.until { try intake.passedOn == taken }
            #expect(try await intake.visit().status == .ok)
        }
    }

    @Test("is bounded in bytes, too")
    func heavy() async throws {
        var limits = BrowserTelemetryRoutes.Limits()
        limits.bytesPerSecond = 1_000
        limits.burst = 1
        try await BrowserIntake.open(limits: limits) { intake in
            let most = [UInt8](repeating: 32, count: 1_000)
            let tooMuch = try await intake.send(most + [32])
            #expect(tooMuch.status == .tooManyRequests)
            let fitting = try await intake.send(most)
            #expect(fitting.status == .accepted)
        }
    }

    @Test("comes in time or not at all")
    func slow() async throws {
        var limits = BrowserTelemetryRoutes.Limits()
        limits.arrival = .milliseconds(50)
        try await BrowserIntake.open(limits: limits) { intake in
            let sender = try await intake.begin(intake.head(length: 100) + "{")
            #expect(try await text(of: sender).hasPrefix("HTTP/1.1 408 "))
            #expect(try intake.dropped(.tooSlow) == 1)
        }
    }

    @Test("keeps others out while many come slowly, but nobody who shops")
    func slowMany() async throws {
        var limits = BrowserTelemetryRoutes.Limits()
        limits.arrival = .seconds(600)
        limits.atOnce = 3
        limits.batchesPerSecond = 10_000
        try await BrowserIntake.open(limits: limits) { intake in
            var slow: [ByteConnection] = []
            for _ in 0..<3 { slow.append(try await intake.begin(intake.head(length: 100) + "{")) }
            try await intake.until { try await intake.send().status == .tooManyRequests }
            #expect(try await intake.visit().status == .ok)
            for sender in slow { sender.reset() }
            try await intake.until { try await intake.send().status == .accepted }
            try await intake.until { try intake.dropped(.unreadable) == 3 }
        }
    }

    @Test("is data: scripts in it go through untouched, and no answer repeats them")
    func script() async throws {
        try await BrowserIntake.open { intake in
            let script = "<script>alert(document.cookie)</script>"
            let body = Array(#"{"body":"\#(script)"}"#.utf8)
            #expect(try await intake.send(body).status == .accepted)
            try await intake.until { try intake.passedOn == 1 }
            #expect(intake.collector.exports.first?.body == body)
            let request = intake.head(length: 0)
                .replacing("application/json", with: "text/html; \(script)")
                .replacing("\r\n\r\n", with: "\r\nConnection: close\r\n\r\n")
            let answer = try await text(of: intake.begin(request))
            #expect(answer.hasPrefix("HTTP/1.1 415 "))
            #expect(!answer.contains("script"))
        }
    }

    @Test("is no traffic of the shop: no span, no figure of a request, no session")
    func unmeasured() async throws {
        try await BrowserIntake.open { intake in
            for _ in 0..<5 { #expect(try await intake.send().status == .accepted) }
            #expect(try await intake.send([1], to: "/telemetry/v1/logs", [.origin: "null"]).status == .forbidden)
            #expect(try await intake.ask(.get, "/telemetry/v1/traces", [:], []).status == .methodNotAllowed)
            #expect(try await intake.ask(.get, "/telemetry/settings", [:], []).status == .ok)
            #expect(intake.active.count == 0)
            #expect(try await intake.visit().status == .ok)
            try await intake.until { try intake.passedOn == 5 && intake.tracer.finishedSpans.count == 1 }
            #expect(intake.tracer.finishedSpans.map(\.operationName) == ["GET /cart"])
            #expect(intake.active.count == 1)
            let requests = intake.metrics.counters.filter { $0.label == "http_requests_total" }
            #expect(requests.map(\.totalValue) == [1])
            let durations = intake.metrics.timers.filter { $0.label == "http.server.request.duration" }
            #expect(durations.flatMap(\.values).count == 1)
        }
    }
}

@Suite("While the collector is away, browsers' telemetry", .timeLimit(.minutes(2)))
struct BrowserTelemetryForwarderTests {
    private static var impatient: BrowserTelemetryForwarder.Limits {
        var limits = BrowserTelemetryForwarder.Limits()
        limits.pauses.firstPause = .milliseconds(1)
        limits.pauses.longestPause = .milliseconds(5)
        return limits
    }

    @Test("is taken all the same, and is there once the collector is back")
    func later() async throws {
        try await BrowserIntake.open(waiting: Self.impatient) { intake in
            intake.collector.answer([503, 502, 429, 504])
            #expect(try await intake.send().status == .accepted)
            try await intake.until { try intake.passedOn == 1 }
            #expect(intake.collector.exports.count == 5)
        }
    }

    @Test("is dropped when it is too old, and counted")
    func old() async throws {
        var limits = Self.impatient
        limits.age = .milliseconds(100)
        try await BrowserIntake.open(waiting: limits, collectorIsAway: true) { intake in
            for _ in 0..<10 { #expect(try await intake.send().status == .accepted) }
            try await intake.until { try intake.dropped(.collectorAway) == 10 }
            #expect(try await intake.visit().status == .ok)
        }
    }

    @Test("waits in so many bytes and no more; what does not fit is counted, and the browser need not know")
    func full() async throws {
        var limits = Self.impatient
        limits.bytes = 1_000
        try await BrowserIntake.open(waiting: limits) { intake in
            intake.collector.answer([], then: 503)
            let batch = [UInt8](repeating: 32, count: 300)
            for _ in 0..<10 { #expect(try await intake.send(batch).status == .accepted) }
            #expect(try intake.dropped(.noRoom) == 7)
            intake.collector.answer([])
            try await intake.until { try intake.passedOn == 3 }
            let most = [UInt8](repeating: 32, count: 1_000)
            #expect(try await intake.send(most).status == .accepted)
            try await intake.until { try intake.passedOn == 4 }
        }
    }

    @Test("is not sent again when the collector does not want it")
    func refused() async throws {
        try await BrowserIntake.open(waiting: Self.impatient) { intake in
            intake.collector.answer([400])
            #expect(try await intake.send().status == .accepted)
            try await intake.until { try intake.dropped(.refused) == 1 }
            #expect(intake.collector.exports.count == 1)
        }
    }

    @Test("that was taken is still sent when the process ends, and a collector that hangs does not keep it from ending")
    func ending() async throws {
        try await BrowserIntake.open { intake in
            for hangs in [false, true] {
                let before = intake.collector.exports.count
                if hangs { intake.collector.hang() }
                var limits = Self.impatient
                limits.farewell = hangs ? .milliseconds(100) : .seconds(60)
                limits.answer = hangs ? .milliseconds(500) : .seconds(60)
                let address = intake.collectorAddress
                let forwarder = BrowserTelemetryForwarder(
                    to: Origin(host: address.host, port: address.port),
                    headers: [:],
                    counts: BrowserTelemetryCounts(),
                    limits: limits
                )
                for _ in 0..<10 {
                    forwarder.accept(BrowserBatch(signal: .logs, body: [32], contentCoding: nil))
                }
                let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                let group = ServiceGroup(configuration: .init(services: [forwarder], logger: logger))
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { try await group.run() }
                    try await intake.until { intake.collector.exports.count > before }
                    await group.triggerGracefulShutdown()
                    try await tasks.waitForAll()
                }
                if !hangs { #expect(intake.collector.exports.count == before + 10) }
            }
        }
    }
}

@Suite("Where browsers' telemetry goes")
struct BrowserTelemetrySettingsTests {
    @Test(
        "is where the services' own goes, when that speaks plain OTLP/HTTP",
        arguments: [
            ([:], "http://localhost:4318"),
            (["OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"], "http://collector:4318"),
            (["OTEL_EXPORTER_OTLP_ENDPOINT": "https://vendor.example"], nil),
            (["OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"], nil),
            (
                ["OTEL_EXPORTER_OTLP_ENDPOINT": "https://vendor.example", "BROWSER_TELEMETRY_URL": "http://other:1"],
                "http://other:1"
            ),
        ] as [([String: String], String?)]
    )
    func endpoint(_ environment: [String: String], _ expected: String?) throws {
        let settings = try BrowserTelemetrySettings(Settings(environment: environment))
        #expect(settings.collector?.description == expected)
    }

    @Test("shows the collector what the services show it")
    func headers() throws {
        let text = "Authorization=Bearer%20abc, x-tenant = 7 ,nothing"
        let settings = try BrowserTelemetrySettings(Settings(environment: ["OTEL_EXPORTER_OTLP_HEADERS": text]))
        #expect(settings.headers[.authorization] == "Bearer abc")
        #expect(settings.headers[HTTPField.Name("x-tenant")!] == "7")
        #expect(settings.headers.count == 2)
    }

    @Test("has replay where a recorder is named, unless it is off", arguments: [nil, "off", "OFF", "/record.js"])
    func recorder(_ named: String?) throws {
        let environment = named.map { ["SESSION_RECORDER": $0] } ?? [:]
        let settings = try BrowserTelemetrySettings(Settings(environment: environment))
        #expect(settings.recorder == (named == "/record.js" ? named : nil))
    }

    @Test(
        "must be an address, and the share of sessions a share",
        arguments: [
            ["BROWSER_TELEMETRY_URL": "collector"], ["BROWSER_TELEMETRY_SAMPLE_RATIO": "2"],
            ["BROWSER_TELEMETRY_RATE": "0"],
        ]
    )
    func unusable(_ environment: [String: String]) {
        #expect(throws: SettingError.self) { try BrowserTelemetrySettings(Settings(environment: environment)) }
    }
}

@Suite("An allowance")
struct AllowanceTests {
    @Test("lets a burst through and then so much a second")
    func burst() {
        let start = ContinuousClock.now
        var allowance = Allowance(perSecond: 2, burst: 3, at: start)
        #expect((0..<10).filter { _ in allowance.take(1, at: start) }.count == 6)
        #expect((0..<10).filter { _ in allowance.take(1, at: start + .milliseconds(1_500)) }.count == 3)
        #expect((0..<10).filter { _ in allowance.take(1, at: start + .seconds(600)) }.count == 6)
        // A clock that was read a little earlier gives nothing and takes nothing.
        let isThrough = allowance.take(1, at: start)
        #expect(!isThrough)
    }
}

/// All that a server says until it ends the connection.
private func text(of connection: ByteConnection) async throws -> String {
    String(decoding: try await connection.readToEnd(upTo: 1 << 20), as: UTF8.self)
}
