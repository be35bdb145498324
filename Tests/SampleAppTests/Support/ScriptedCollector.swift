import HTTPCore
import HTTPTypes
import ServiceKit
import Synchronization

/// Stands where the collector would: keeps what it gets, and answers as it is told.
final class ScriptedCollector: Sendable {
    /// A request as it came.
    struct Export: Sendable {
        let path: String
        let headers: HTTPFields
        let body: [UInt8]
    }

    private struct State {
        var statuses: [Int] = []
        var rest = 200
        var exports: [Export] = []
        var hangs = false
    }

    private let state = Mutex(State())

    /// What came so far, whatever it was answered.
    var exports: [Export] { state.withLock { $0.exports } }

    /// Answers with these statuses in turn, and with another from then on.
    func answer(_ statuses: [Int], then rest: Int = 200) {
        state.withLock { ($0.statuses, $0.rest) = (statuses, rest) }
    }

    /// Answers nothing from now on.
    func hang() {
        state.withLock { $0.hangs = true }
    }

    func add(to router: inout Router) {
        for path in ["/v1/traces", "/v1/logs"] {
            router.post(path) { request, _ in try await self.take(request) }
        }
    }

    private func take(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 16 << 20)
        let (status, hangs) = state.withLock { state in
            state.exports.append(Export(path: request.path, headers: request.head.headerFields, body: body))
            return (state.statuses.isEmpty ? state.rest : state.statuses.removeFirst(), state.hangs)
        }
        if hangs { try await Task.sleep(for: .seconds(3_600)) }
        return Response(status: HTTPResponse.Status(code: status), body: .text("{}"))
    }
}
