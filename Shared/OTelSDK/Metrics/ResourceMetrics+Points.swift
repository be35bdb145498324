import OTLP

extension MetricData {
    /// How many points it has.
    var pointCount: Int {
        switch self {
        case .none: 0
        case .gauge(let gauge): gauge.dataPoints.count
        case .sum(let sum): sum.dataPoints.count
        case .histogram(let histogram): histogram.dataPoints.count
        case .exponentialHistogram(let histogram): histogram.dataPoints.count
        case .summary(let summary): summary.dataPoints.count
        }
    }

    /// The first points, as many as allowed, and the rest.
    fileprivate func split(at count: Int) -> (MetricData, MetricData) {
        func halves<Point>(_ points: [Point]) -> ([Point], [Point]) {
            (Array(points.prefix(count)), Array(points.dropFirst(count)))
        }
        switch self {
        case .none: return (self, self)
        case .gauge(var first):
            var second = first
            (first.dataPoints, second.dataPoints) = halves(first.dataPoints)
            return (.gauge(first), .gauge(second))
        case .sum(var first):
            var second = first
            (first.dataPoints, second.dataPoints) = halves(first.dataPoints)
            return (.sum(first), .sum(second))
        case .histogram(var first):
            var second = first
            (first.dataPoints, second.dataPoints) = halves(first.dataPoints)
            return (.histogram(first), .histogram(second))
        case .exponentialHistogram(var first):
            var second = first
            (first.dataPoints, second.dataPoints) = halves(first.dataPoints)
            return (.exponentialHistogram(first), .exponentialHistogram(second))
        case .summary(var first):
            var second = first
            (first.dataPoints, second.dataPoints) = halves(first.dataPoints)
            return (.summary(first), .summary(second))
        }
    }
}

extension ResourceMetrics {
    /// How many points it has.
    var pointCount: Int {
        scopeMetrics.reduce(0) { $0 + $1.metrics.reduce(0) { $0 + $1.data.pointCount } }
    }

    /// The same metrics in parts of at most so many points each.
    func split(maximumPoints: Int?) -> [ResourceMetrics] {
        guard let maximumPoints, maximumPoints > 0, pointCount > maximumPoints else { return [self] }
        var parts: [ResourceMetrics] = []
        var current: [ScopeMetrics] = []
        var room = maximumPoints
        func finish() {
            parts.append(
                ResourceMetrics(resource: resource, scopeMetrics: current, schemaURL: schemaURL)
            )
            current = []
            room = maximumPoints
        }
        for scope in scopeMetrics {
            for metric in scope.metrics {
                var rest = metric
                while rest.data.pointCount > 0 {
                    var piece = rest
                    (piece.data, rest.data) = rest.data.split(at: room)
                    if let last = current.indices.last, current[last].scope == scope.scope {
                        current[last].metrics.append(piece)
                    } else {
                        current.append(
                            ScopeMetrics(scope: scope.scope, metrics: [piece], schemaURL: scope.schemaURL)
                        )
                    }
                    room -= piece.data.pointCount
                    if room == 0 { finish() }
                }
            }
        }
        if !current.isEmpty { finish() }
        return parts
    }
}
