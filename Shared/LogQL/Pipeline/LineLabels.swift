import PromQL

/// The labels of a line on its way through a pipeline: few, and so kept side by side.
struct LineLabels {
    private(set) var items: [LineLabel] = []
    /// `__error__`: what a stage could not do with the line; empty where all is well.
    private(set) var error = ""
    private(set) var errorDetails = ""

    var hasError: Bool { !error.isEmpty }

    mutating func reset(_ entry: LogEntry) {
        items.removeAll(keepingCapacity: true)
        for label in entry.stream.pairs {
            items.append(LineLabel(name: label.name, value: label.value, origin: .stream))
        }
        for label in entry.metadata {
            items.append(LineLabel(name: label.name, value: label.value, origin: .metadata))
        }
        (error, errorDetails) = ("", "")
    }

    /// The first error counts; those that follow come of it.
    mutating func fail(_ error: String, _ details: String) {
        guard self.error.isEmpty else { return }
        (self.error, errorDetails) = (error, details)
    }

    /// A label's value; `nil` where there is none.
    subscript(name: String) -> String? {
        if name == LabelNames.error { return error.isEmpty ? nil : error }
        if name == LabelNames.errorDetails { return errorDetails.isEmpty ? nil : errorDetails }
        return items.first { $0.name == name }?.value
    }

    func item(_ name: String) -> LineLabel? {
        items.first { $0.name == name }
    }

    mutating func set(_ name: String, _ value: String, _ origin: LineLabel.Origin = .parsed) {
        switch name {
        case LabelNames.error: error = value
        case LabelNames.errorDetails: errorDetails = value
        default:
            let item = LineLabel(name: name, value: value, origin: origin)
            if let index = items.firstIndex(where: { $0.name == name }) {
                items[index] = item
            } else {
                items.append(item)
            }
        }
    }

    /// Sets a label that a parser found in the text. A label of the stream or beside the text keeps its name.
    mutating func setParsed(_ name: String, _ value: String) {
        // A text does not say of itself that it could not be read.
        guard name != LabelNames.error, name != LabelNames.errorDetails else { return }
        if let index = items.firstIndex(where: { $0.name == name }) {
            if items[index].origin == .parsed {
                items[index] = LineLabel(name: name, value: value, origin: .parsed)
                return
            }
            set(name + LabelNames.duplicateSuffix, value)
        } else {
            items.append(LineLabel(name: name, value: value, origin: .parsed))
        }
    }

    mutating func remove(_ name: String) {
        switch name {
        case LabelNames.error: error = ""
        case LabelNames.errorDetails: errorDetails = ""
        default:
            if let index = items.firstIndex(where: { $0.name == name }) { items.remove(at: index) }
        }
    }

    mutating func removeAll(where isUnwanted: (LineLabel) -> Bool) {
        items.removeAll(where: isUnwanted)
    }

    /// All labels sorted by name, those that tell of an error among them.
    var sorted: [LineLabel] {
        var all = items
        if hasError {
            all.append(LineLabel(name: LabelNames.error, value: error, origin: .parsed))
            if !errorDetails.isEmpty {
                all.append(LineLabel(name: LabelNames.errorDetails, value: errorDetails, origin: .parsed))
            }
        }
        all.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return all
    }

    /// What tells a series of numbers from others.
    func grouped(by grouping: Grouping?, without unwrapped: String?) -> Labels {
        var pairs: [Label] = []
        for item in items where !item.value.isEmpty && item.name != unwrapped {
            if let grouping, grouping.labels.contains(item.name) == grouping.isWithout { continue }
            pairs.append(Label(name: item.name, value: item.value))
        }
        pairs.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return Labels(sorted: pairs)
    }
}
