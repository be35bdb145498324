import Foundation
import HTTPTypes
import Testing

/// Asks the running service as a client of Loki.
struct LokiClient {
    private let end = RunningQueryService.end

    func ask(
        _ path: String,
        _ parameters: [(String, String)] = [],
        method: HTTPRequest.Method = .get,
        headers: HTTPFields = [:]
    ) async throws -> RunningQueryService.Answer {
        let answer = try await RunningQueryService.shared.ask(
            "/loki/api/v1" + path,
            parameters,
            method: method,
            headers: headers
        )
        // What is said of the work differs each time.
        let parts = answer.text.components(separatedBy: #","stats":{"summary""#)
        let text = parts.count > 1 ? parts[0] + #","stats":{}}}"# : answer.text
        return RunningQueryService.Answer(head: answer.head, text: text)
    }

    /// `start` and `end` of all samples, in nanoseconds.
    var whole: [(String, String)] {
        [("start", "\(end - 600)000000000"), ("end", "\(end)000000000")]
    }

    func data(_ answer: RunningQueryService.Answer) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any]
        return try #require(object?["data"] as? [String: Any], "\(answer.text)")
    }

    /// The lines of an answer, oldest stream first, as `stream line`.
    func lines(_ answer: RunningQueryService.Answer) throws -> [(stream: [String: String], line: String)] {
        let result = try #require(try data(answer)["result"] as? [[String: Any]])
        return try result.flatMap { each -> [(stream: [String: String], line: String)] in
            let stream = try #require(each["stream"] as? [String: String])
            let values = try #require(each["values"] as? [[Any]])
            return values.map { (stream, $0[1] as? String ?? "") }
        }
    }
}
