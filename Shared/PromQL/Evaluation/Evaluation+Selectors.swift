extension Evaluation {
    /// The time that a shifted selector looks at, at a time of evaluation.
    func time(seenFrom time: Int64, by shift: TimeShift) -> Int64 {
        switch shift.anchor {
        case .none: time - shift.offset
        case .start: queryGrid.start - shift.offset
        case .end: queryGrid.end - shift.offset
        case .time(let anchor): anchor - shift.offset
        }
    }

    /// Hands over what a source has, counted against the limits.
    private func read(_ request: SeriesRequest, _ body: (SampledSeries) throws -> Void) async throws {
        try await source.forEachSeries(request) { series in
            try Task.checkCancellation()
            try usage.read(series.timestamps.count)
            try body(series)
        }
        try Task.checkCancellation()
    }

    /// The newest sample of each series at each step, unless it is too old or says that the series ended.
    func select(_ selector: VectorSelector, on grid: StepGrid, _ emit: SeriesSink) async throws {
        try await selectSamples(selector, on: grid, function: nil, emit: emit) { series, index in
            series.values[index]
        }
    }

    /// The times of the newest samples, in seconds.
    func selectTimestamps(_ selector: VectorSelector, on grid: StepGrid, _ emit: SeriesSink) async throws {
        try await selectSamples(selector, on: grid, function: "timestamp", emit: emit) { series, index in
            Double(series.timestamps[index]) / 1000
        }
    }

    private func selectSamples(
        _ selector: VectorSelector,
        on grid: StepGrid,
        function: String?,
        emit: SeriesSink,
        _ value: (SampledSeries, Int) -> Double
    ) async throws {
        let request = SeriesRequest(
            matchers: selector.matchers,
            after: time(seenFrom: grid.start, by: selector.shift) - lookback,
            through: time(seenFrom: grid.end, by: selector.shift),
            function: function,
            step: grid.isInstant ? 0 : grid.step
        )
        try usage.check(grid.count)
        try await read(request) { series in
            var values = Array(repeating: Double.absent, count: grid.count)
            var isEmpty = true
            var next = 0
            for step in 0..<grid.count {
                let time = time(seenFrom: grid.time(step), by: selector.shift)
                while next < series.timestamps.count, series.timestamps[next] <= time { next += 1 }
                guard next > 0, series.timestamps[next - 1] > time - lookback,
                    !StaleMarker.matches(series.values[next - 1])
                else { continue }
                values[step] = value(series, next - 1)
                isEmpty = false
            }
            if !isEmpty { try emit(StepSeries(labels: series.labels, values: values)) }
        }
    }

    // MARK: - Ranges

    /// Hands over the series of a range vector, with the samples of all steps.
    func ranges(
        of expression: Expression,
        on grid: StepGrid,
        for function: String?,
        _ body: (RangeSeries) throws -> Void
    ) async throws {
        switch expression.withoutParentheses {
        case .rangeSelector(let it):
            let windows = windows(of: it.duration, shift: it.selector.shift, on: grid)
            let request = SeriesRequest(
                matchers: it.selector.matchers,
                after: windows.ends[0] - it.duration,
                through: windows.ends[grid.count - 1],
                function: function,
                step: grid.isInstant ? 0 : grid.step,
                range: it.duration
            )
            try await read(request) { series in
                try body(RangeSeries(series: series.withoutStaleMarkers, windows: windows))
            }
        case .subquery(let it):
            let windows = windows(of: it.duration, shift: it.shift, on: grid)
            let step = it.step ?? subqueryStep
            let inner = StepGrid(
                start: Self.firstMultiple(of: step, after: windows.ends[0] - it.duration),
                end: windows.ends[grid.count - 1],
                step: step
            )
            try usage.check(inner.count)
            let series = try await collect(it.expression, on: inner)
            for each in series { try body(RangeSeries(series: each.samples(on: inner), windows: windows)) }
            usage.release(series.count * inner.count)
        default: return
        }
    }

    private func windows(of duration: Int64, shift: TimeShift, on grid: StepGrid) -> Windows {
        Windows(duration: duration, ends: (0..<grid.count).map { time(seenFrom: grid.time($0), by: shift) })
    }

    private static func firstMultiple(of step: Int64, after time: Int64) -> Int64 {
        let (quotient, remainder) = time.quotientAndRemainder(dividingBy: step)
        return (quotient + (remainder < 0 ? 0 : 1)) * step
    }
}

/// The windows of a range vector: one a step, open at its start and closed at its end.
struct Windows {
    let duration: Int64
    /// Milliseconds since the epoch, never descending.
    let ends: [Int64]
}

/// A series with the samples of all windows.
struct RangeSeries {
    let series: SampledSeries
    let windows: Windows

    /// Calls a function with the samples of each window that has any.
    func forEachWindow(_ body: (RangeWindow, Int) throws -> Void) rethrows {
        let count = series.timestamps.count
        try series.timestamps.withUnsafeBufferPointer { timestamps in
            try series.values.withUnsafeBufferPointer { values in
                var (first, end) = (0, 0)
                for (step, windowEnd) in windows.ends.enumerated() {
                    let start = windowEnd - windows.duration
                    while first < count, timestamps[first] <= start { first += 1 }
                    end = max(end, first)
                    while end < count, timestamps[end] <= windowEnd { end += 1 }
                    guard first < end else { continue }
                    let window = RangeWindow(
                        timestamps: UnsafeBufferPointer(rebasing: timestamps[first..<end]),
                        values: UnsafeBufferPointer(rebasing: values[first..<end]),
                        weights: series.weights.map { $0[first..<end] },
                        start: start,
                        end: windowEnd
                    )
                    try body(window, step)
                }
            }
        }
    }

    /// The samples of one window, `nil` when there are none.
    func window(at step: Int) -> SampledSeries? {
        var found: SampledSeries?
        forEachWindow { window, index in
            guard index == step else { return }
            found = SampledSeries(
                labels: series.labels,
                timestamps: Array(window.timestamps),
                values: Array(window.values)
            )
        }
        return found
    }
}

extension SampledSeries {
    var withoutStaleMarkers: SampledSeries {
        guard values.contains(where: StaleMarker.matches) else { return self }
        let kept = values.indices.filter { !StaleMarker.matches(values[$0]) }
        return SampledSeries(
            labels: labels,
            timestamps: kept.map { timestamps[$0] },
            values: kept.map { values[$0] },
            weights: weights.map { weights in kept.map { weights[$0] } }
        )
    }
}
