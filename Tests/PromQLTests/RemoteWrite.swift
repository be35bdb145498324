import CurlHTTP
import PromQL

/// Prometheus' remote write, version 1: a protobuf message in a Snappy block.
enum RemoteWrite {
    static func message(_ series: [SampledSeries]) -> [UInt8] {
        var message: [UInt8] = []
        for each in series {
            var body: [UInt8] = []
            for label in each.labels.pairs {
                body.append(field: 1, text(1, label.name) + text(2, label.value))
            }
            for (timestamp, value) in zip(each.timestamps, each.values) {
                var sample: [UInt8] = [0x09]
                withUnsafeBytes(of: value.bitPattern.littleEndian) { sample += $0 }
                sample.append(0x10)
                sample.append(varint: UInt64(bitPattern: timestamp))
                body.append(field: 2, sample)
            }
            message.append(field: 1, body)
        }
        return message
    }

    private static func text(_ field: UInt8, _ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(field: field, Array(text.utf8))
        return bytes
    }

    /// A Snappy block that compresses nothing: literals of 65,536 bytes at most.
    static func block(_ bytes: [UInt8]) -> [UInt8] {
        var block: [UInt8] = []
        block.append(varint: UInt64(bytes.count))
        for start in stride(from: 0, to: bytes.count, by: 65_536) {
            let literal = bytes[start..<min(start + 65_536, bytes.count)]
            let length = literal.count - 1
            block += [61 << 2, UInt8(length & 0xFF), UInt8(length >> 8)]
            block += literal
        }
        return block
    }
}

extension [UInt8] {
    fileprivate mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    fileprivate mutating func append(field: UInt8, _ bytes: [UInt8]) {
        append(field << 3 | 2)
        append(varint: UInt64(bytes.count))
        self += bytes
    }
}

extension PrometheusServer {
    /// Writes series through the remote write endpoint.
    func write(_ series: [SampledSeries]) async throws {
        let response = try await client.execute(
            CurlRequest(
                method: "POST",
                url: "\(origin)/api/v1/write",
                headers: [
                    ("content-type", "application/x-protobuf"), ("content-encoding", "snappy"),
                    ("x-prometheus-remote-write-version", "0.1.0"),
                ],
                body: RemoteWrite.block(RemoteWrite.message(series))
            )
        )
        guard response.status / 100 == 2 else {
            throw Failure(
                description: "remote write: \(response.status) \(String(decoding: response.body, as: UTF8.self))"
            )
        }
    }
}
