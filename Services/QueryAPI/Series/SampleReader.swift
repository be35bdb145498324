import ClickHouseHTTP
import PromQL

/// Reads the samples of series from the tables of metrics.
struct SampleReader: Sendable {
    /// A series of samples, with the label that tells it from others of the same points.
    struct Piece {
        let id: UInt64
        /// The value of ``SamplePart/label``; empty where there is none.
        let labelValue: String
        var timestamps: [Int64]
        var values: [Double]
        /// How many points each sample stands for; `nil` for one each.
        var weights: [UInt64]?
    }

    /// So many samples are in one answer, by and large.
    private static let samplesAtOnce: Int64 = 1_000_000
    /// So many ids fit into a request line.
    private static let idsAtOnce = 200
    /// So many bytes of names beside them.
    private static let nameBytesAtOnce = 2_000

    let database: TelemetryDatabase

    private static let stale: SQL = "reinterpretAsFloat64(9218868437227405314)"
    private static let filter: SQL = """
        WHERE ServiceName IN {services:Array(String)}
          AND (empty({metrics:Array(String)}) OR MetricName IN {metrics:Array(String)})
          AND TimeUnix >= fromUnixTimestamp64Milli({from:Int64})
          AND TimeUnix < fromUnixTimestamp64Milli({through:Int64} + 1)
          AND SeriesId >= {low:UInt64} AND SeriesId <= {high:UInt64}
          AND (empty({ids:Array(UInt64)}) OR SeriesId IN {ids:Array(UInt64)})
        GROUP BY SeriesId
        """

    /// Hands over the samples of a part of metrics of one kind, series by series.
    ///
    /// Many metrics are read together: who asks for all series of a service means hundreds of metrics.
    ///
    /// - Parameter entries: The series, of as many metrics as there are.
    func read(
        _ part: SamplePart,
        of kind: MetricStream.Kind,
        _ entries: [SeriesCatalogue.Entry],
        in span: TimeSpan,
        at resolution: SampleResolution = .points,
        _ body: (Piece) throws -> Void
    ) async throws {
        guard !span.isEmpty, !entries.isEmpty else { return }
        let sorted = entries.sorted { $0.id < $1.id }
        let estimate = max(1, span.length / resolution.spacing) * (part.label == nil ? 1 : 15)
        let most = Int(max(20, min(20_000, Self.samplesAtOnce / estimate)))
        let namesIDs = sorted.count <= 5 * Self.idsAtOnce
        let size = namesIDs ? min(most, Self.idsAtOnce) : most
        for start in stride(from: 0, to: sorted.count, by: size) {
            let chunk = sorted[start..<min(start + size, sorted.count)]
            let wanted = Set(chunk.map(\.id))
            var parameters = resolution.touched(by: span).parameters
            parameters["services"] = ClickHouseParameter(Array(Set(chunk.map(\.service))).sorted())
            parameters["metrics"] = Self.names(of: chunk)
            parameters["low"] = ClickHouseParameter(chunk.first?.id ?? 0)
            parameters["high"] = ClickHouseParameter(chunk.last?.id ?? 0)
            parameters["ids"] = ClickHouseParameter(namesIDs ? chunk.map(\.id) : [])
            switch resolution {
            case .points where part == .value || part == .count || part == .sum:
                var columns = try await database.columns(Self.statement(part, of: kind), parameters)
                while let count = try columns.nextBlock() {
                    let ids = try columns.numbers(UInt64.self, rows: count)
                    let timestamps = try columns.arrays(of: Int64.self, rows: count)
                    let values = try columns.arraysOfDoubles(rows: count)
                    for (row, id) in ids.enumerated() where wanted.contains(id) {
                        guard timestamps[row].count == values[row].count else { throw RowBinaryReader.Truncated() }
                        let piece = Piece(id: id, labelValue: "", timestamps: timestamps[row], values: values[row])
                        try body(piece.inOrder)
                    }
                }
            case .points:
                var rows = try await database.rows(Self.statement(part, of: kind), parameters)
                while !rows.isAtEnd {
                    for piece in try Self.pieces(part, &rows) where wanted.contains(piece.id) {
                        try body(piece.inOrder)
                    }
                }
            case .rollup(let step, let value):
                let statement = Self.statement(part, of: kind, value, every: step)
                var rows = try await database.rows(statement, parameters)
                while !rows.isAtEnd {
                    for piece in try Self.rolledPieces(part, &rows) where wanted.contains(piece.id) {
                        try body(piece.inOrder)
                    }
                }
            }
        }
    }

    /// The names of the metrics that series are of; none where they are too many for a request line, and the ids alone
    /// tell.
    private static func names(of entries: ArraySlice<SeriesCatalogue.Entry>) -> ClickHouseParameter {
        let names = Set(entries.map(\.stream.name)).sorted()
        let isShort = names.reduce(0) { $0 + $1.utf8.count + 10 } < nameBytesAtOnce
        return ClickHouseParameter(isShort ? names : [])
    }

    /// The values of a part's own label, by series.
    func labelValues(
        _ part: SamplePart,
        _ entries: [SeriesCatalogue.Entry],
        in span: TimeSpan
    ) async throws -> [UInt64: [String]] {
        var values: [UInt64: Set<String>] = [:]
        let sorted = entries.sorted { $0.id < $1.id }
        let namesIDs = sorted.count <= Self.idsAtOnce
        var parameters = span.parameters
        parameters["services"] = ClickHouseParameter(Array(Set(sorted.map(\.service))).sorted())
        parameters["metrics"] = Self.names(of: sorted[...])
        parameters["low"] = ClickHouseParameter(sorted.first?.id ?? 0)
        parameters["high"] = ClickHouseParameter(sorted.last?.id ?? 0)
        parameters["ids"] = ClickHouseParameter(namesIDs ? sorted.map(\.id) : [])
        let statement: SQL =
            part == .bucket
            ? "SELECT SeriesId, groupUniqArrayArray(ExplicitBounds) FROM otel_metrics_histogram"
            : "SELECT SeriesId, groupUniqArrayArray(`ValueAtQuantiles.Quantile`) FROM otel_metrics_summary"
        var rows = try await database.rows(statement + Self.filter, parameters)
        while !rows.isAtEnd {
            let id = try rows.number(UInt64.self)
            let numbers = try rows.array { try $0.double() }
            values[id, default: part == .bucket ? ["+Inf"] : []].formUnion(numbers.map(NumberFormat.plain))
        }
        return values.mapValues { $0.sorted() }
    }

    private static func statement(_ part: SamplePart, of kind: MetricStream.Kind) -> SQL {
        let table: SQL =
            switch kind {
            case .gauge: "FROM otel_metrics_gauge"
            case .counter, .sum: "FROM otel_metrics_sum"
            case .histogram: "FROM otel_metrics_histogram"
            case .exponentialHistogram: "FROM otel_metrics_exp_histogram"
            case .summary: "FROM otel_metrics_summary"
            }
        let head: SQL = "SELECT SeriesId, groupArray(toUnixTimestamp64Milli(TimeUnix)),"
        let ending: SQL = "groupArray(if(bitAnd(Flags, 1) = 1," + stale + ","
        switch part {
        case .value: return head + ending + "Value))" + table + filter
        case .sum: return head + ending + "Sum))" + table + filter
        case .count: return head + ending + "toFloat64(Count)))" + table + filter
        case .bucket:
            return head + "groupArray(bitAnd(Flags, 1)), groupArray(Count), groupArray(arrayCumSum(BucketCounts)),"
                + """
                ExplicitBounds
                """ + table + filter + ", ExplicitBounds"
        case .quantile:
            return head + "groupArray(bitAnd(Flags, 1)), groupArray(`ValueAtQuantiles.Quantile`)," + """
                groupArray(`ValueAtQuantiles.Value`)
                """ + table + filter
        }
    }

    private static func pieces(_ part: SamplePart, _ rows: inout RowBinaryReader) throws -> [Piece] {
        let id = try rows.number(UInt64.self)
        let timestamps = try rows.array { try $0.number(Int64.self) }
        switch part {
        // Columns of numbers alone, which are read as such.
        case .value, .sum, .count: return []
        case .bucket:
            let ended = try rows.array { try $0.number(UInt32.self) == 1 }
            let counts = try rows.array { try $0.number(UInt64.self) }
            let buckets = try rows.array { try $0.array { try $0.number(UInt64.self) } }
            let bounds = try rows.array { try $0.double() }
            func values(_ number: (Int) -> UInt64?) -> [Double] {
                timestamps.indices.map { ended[$0] ? StaleMarker.value : number($0).map { Double($0) } ?? .nan }
            }
            var pieces: [Piece] = []
            for (index, bound) in bounds.enumerated() where bound.isFinite {
                let cumulative = values { buckets[$0].indices.contains(index) ? buckets[$0][index] : nil }
                let label = NumberFormat.plain(bound)
                pieces.append(Piece(id: id, labelValue: label, timestamps: timestamps, values: cumulative))
            }
            pieces.append(Piece(id: id, labelValue: "+Inf", timestamps: timestamps, values: values { counts[$0] }))
            return pieces
        case .quantile:
            let ended = try rows.array { try $0.number(UInt32.self) == 1 }
            let quantiles = try rows.array { try $0.array { try $0.double() } }
            let values = try rows.array { try $0.array { try $0.double() } }
            var pieces: [String: Piece] = [:]
            for index in timestamps.indices {
                for (quantile, value) in zip(quantiles[index], values[index]) {
                    let label = NumberFormat.plain(quantile)
                    var piece =
                        pieces[label] ?? Piece(id: id, labelValue: label, timestamps: [], values: [])
                    piece.timestamps.append(timestamps[index])
                    piece.values.append(ended[index] ? StaleMarker.value : value)
                    pieces[label] = piece
                }
            }
            return pieces.values.sorted { $0.labelValue < $1.labelValue }
        }
    }
}

extension SampleReader.Piece {
    /// The samples in the order of their times, the last of several at one time.
    fileprivate var inOrder: SampleReader.Piece {
        if zip(timestamps, timestamps.dropFirst()).allSatisfy({ $0 < $1 }) { return self }
        var ordered = self
        (ordered.timestamps, ordered.values, ordered.weights) = SeriesMerge.ordered(timestamps, values, weights)
        return ordered
    }
}
