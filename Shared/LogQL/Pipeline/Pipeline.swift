/// A line on its way through a pipeline.
struct WorkingLine {
    var timestamp: Int64 = 0
    var text = ""
    var labels = LineLabels()
}

/// A stage with what it learns on the way; used by one task.
protocol LineStage: AnyObject {
    /// Works on a line; `false` drops it.
    func apply(to line: inout WorkingLine) -> Bool
}

/// The stages of a selector, ready to work on lines one after the other.
struct Pipeline {
    private let stages: [any LineStage]
    private(set) var line = WorkingLine()

    init(_ stages: [Stage]) {
        self.stages = stages.map(\.runner)
    }

    /// Takes a line through all stages; `false` when it is dropped on the way. Then ``line`` is what became of it.
    mutating func process(_ entry: LogEntry) -> Bool {
        line.timestamp = entry.timestamp
        line.text = entry.line
        line.labels.reset(entry)
        for stage in stages where !stage.apply(to: &line) { return false }
        return true
    }
}

extension Stage {
    var runner: any LineStage {
        switch self {
        case .line(let filter): LineFilterStage(filter)
        case .json(let extractions): extractions.isEmpty ? JSONStage() : JSONExtractionStage(extractions)
        case .logfmt(let parsing): LogfmtStage(parsing)
        case .regexp(let parsing): RegexpStage(parsing)
        case .pattern(let pattern): PatternStage(pattern)
        case .unpack: UnpackStage()
        case .label(let filter): LabelFilterStage(filter)
        case .lineFormat(let template): LineFormatStage(template)
        case .labelFormat(let formats): LabelFormatStage(formats)
        case .decolorize: DecolorizeStage()
        case .drop(let choices): DropStage(choices)
        case .keep(let choices): KeepStage(choices)
        }
    }
}

extension LogSelector {
    /// What the stages make of a line; `nil` for one that they drop. The conditions on its stream are not tested.
    public func process(_ entry: LogEntry) -> LogLine? {
        var pipeline = Pipeline(stages)
        guard pipeline.process(entry) else { return nil }
        let line = pipeline.line
        return LogLine(timestamp: line.timestamp, line: line.text, labels: line.labels.sorted)
    }
}
