import CurlHTTP
import Foundation
import PromQL
import TextCoding

extension PrometheusServer {
    /// What Prometheus answers, as the lines of a table.
    func evaluate(_ query: String, _ times: QueryTimes) async throws -> [String] {
        let answer: [String: Any]
        let (start, end, step): (Int64, Int64, Int64)
        switch times {
        case .instant(let time):
            answer = try await post("/api/v1/query", ["query": query, "time": "\(time)"])
            (start, end, step) = (time, time, 1)
        case .range(let first, let last, let interval):
            answer = try await post(
                "/api/v1/query_range",
                ["query": query, "start": "\(first)", "end": "\(last)", "step": "\(interval)"]
            )
            (start, end, step) = (first, last, interval)
        }
        if let error = answer["error"] as? String {
            return ["! \(error.replacing("invalid parameter \"query\": ", with: ""))"]
        }
        let data = answer["data"] as? [String: Any] ?? [:]
        let lines = lines(of: data, start: start, end: end, step: step)
        let notes = [answer["warnings"], answer["infos"]].flatMap { $0 as? [String] ?? [] }
        return lines + notes.sorted().map { "~ \($0)" }
    }

    /// What `format_query` makes of an expression, or its error after an exclamation mark.
    func format(_ query: String) async throws -> String {
        let answer = try await post("/api/v1/format_query", ["query": query])
        if let error = answer["error"] as? String {
            return "! \(error.replacing("invalid parameter \"query\": ", with: ""))"
        }
        return answer["data"] as? String ?? ""
    }

    private func lines(of data: [String: Any], start: Int64, end: Int64, step: Int64) -> [String] {
        let type = data["resultType"] as? String ?? ""
        if type == "scalar" || type == "string" {
            return ["= \(type) \((data["result"] as? [Any])?.last ?? "")"]
        }
        var elements: [(Labels, String)] = []
        for element in data["result"] as? [[String: Any]] ?? [] {
            let labels = Labels(element["metric"] as? [String: String] ?? [:])
            let name = labels.pairs.isEmpty ? "{}" : labels.description
            if let value = element["value"] as? [Any] {
                elements.append((labels, "= \(name) \(value[1])"))
                continue
            }
            let points = (element["values"] as? [[Any]] ?? []).map { ($0[0] as? Double ?? 0, $0[1] as? String ?? "") }
            let texts: [String]
            if start == end {
                texts = points.map { "\($0.1)@\(NumberFormat.sample($0.0))" }
            } else {
                let values = Dictionary(uniqueKeysWithValues: points.map { (Int64($0.0), $0.1) })
                texts = stride(from: start, through: end, by: Int64.Stride(step)).map { values[$0] ?? "_" }
            }
            elements.append((labels, "= \(name) \(texts.joined(separator: " "))"))
        }
        return elements.map(\.1)
    }

    // MARK: - HTTP

    func get(_ path: String, _ parameters: [String: String]) async throws -> [String: Any] {
        try await answer(CurlRequest(url: origin + path + "?" + Self.form(parameters)))
    }

    func post(_ path: String, _ parameters: [String: String]) async throws -> [String: Any] {
        try await answer(
            CurlRequest(
                method: "POST",
                url: origin + path,
                headers: [("content-type", "application/x-www-form-urlencoded")],
                body: Array(Self.form(parameters).utf8)
            )
        )
    }

    private func answer(_ request: CurlRequest) async throws -> [String: Any] {
        let response = try await client.execute(request)
        guard let object = try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any] else {
            throw Failure(description: String(decoding: response.body, as: UTF8.self))
        }
        return object
    }

    private static func form(_ parameters: [String: String]) -> String {
        parameters.map { "\($0.key)=\(PercentCoding.encode($0.value))" }.joined(separator: "&")
    }
}
