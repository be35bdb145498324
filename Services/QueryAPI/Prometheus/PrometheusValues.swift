import PromQL
import TextCoding

/// Values of queries as Prometheus writes them.
enum PrometheusValues {
    /// Writes a query's value, series by series.
    ///
    /// - Parameters:
    ///   - number: How a sample's value is written.
    ///   - ending: What ends the object.
    static func write(
        _ value: QueryValue,
        number format: @Sendable (Double) -> String = NumberFormat.sample,
        ending: String = "}",
        to stream: AnswerStream
    ) async throws {
        switch value {
        case .scalar(let number, let time):
            stream.bytes.append(contentsOf: #"{"resultType":"scalar","result":"#.utf8)
            append(time, format(number), to: &stream.bytes)
        case .string(let text, let time):
            stream.bytes.append(contentsOf: #"{"resultType":"string","result":["#.utf8)
            PrometheusTime.append(time, to: &stream.bytes)
            stream.bytes.append(UInt8(ascii: ","))
            JSONText.append(text, to: &stream.bytes)
            stream.bytes.append(UInt8(ascii: "]"))
        case .vector(let samples, let time):
            stream.bytes.append(contentsOf: #"{"resultType":"vector","result":["#.utf8)
            for (index, sample) in samples.enumerated() {
                if index > 0 { stream.bytes.append(UInt8(ascii: ",")) }
                stream.bytes.append(contentsOf: #"{"metric":"#.utf8)
                append(sample.labels, to: &stream.bytes)
                stream.bytes.append(contentsOf: #","value":"#.utf8)
                append(time, format(sample.value), to: &stream.bytes)
                stream.bytes.append(UInt8(ascii: "}"))
                try await stream.sendIfLarge()
            }
            stream.bytes.append(UInt8(ascii: "]"))
        case .matrix(let series):
            stream.bytes.append(contentsOf: #"{"resultType":"matrix","result":["#.utf8)
            for (index, each) in series.enumerated() {
                if index > 0 { stream.bytes.append(UInt8(ascii: ",")) }
                stream.bytes.append(contentsOf: #"{"metric":"#.utf8)
                append(each.labels, to: &stream.bytes)
                stream.bytes.append(contentsOf: #","values":["#.utf8)
                for (number, (time, value)) in zip(each.timestamps, each.values).enumerated() {
                    if number > 0 { stream.bytes.append(UInt8(ascii: ",")) }
                    append(time, format(value), to: &stream.bytes)
                    if number & 0xFFF == 0xFFF { try await stream.sendIfLarge() }
                }
                stream.bytes.append(contentsOf: "]}".utf8)
                try await stream.sendIfLarge()
            }
            stream.bytes.append(UInt8(ascii: "]"))
        }
        stream.bytes.append(contentsOf: ending.utf8)
    }

    /// Appends labels as an object.
    static func append(_ labels: Labels, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, label) in labels.pairs.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.append(label.name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            JSONText.append(label.value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func append(_ time: Int64, _ value: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        PrometheusTime.append(time, to: &bytes)
        bytes.append(contentsOf: ",\"".utf8)
        bytes.append(contentsOf: value.utf8)
        bytes.append(contentsOf: "\"]".utf8)
    }
}

extension QueryValue {
    /// The value with at most so many elements or series; whether there were more.
    func limited(to limit: Int?) -> (value: QueryValue, isCut: Bool) {
        guard let limit, limit > 0 else { return (self, false) }
        switch self {
        case .scalar, .string: return (self, false)
        case .vector(let samples, let time):
            return (.vector(Array(samples.prefix(limit)), at: time), samples.count > limit)
        case .matrix(let series): return (.matrix(Array(series.prefix(limit))), series.count > limit)
        }
    }
}
