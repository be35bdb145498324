import PromQL

/// `| line_format "{{.status}}"`.
final class LineFormatStage: LineStage {
    private let template: LineTemplate

    init(_ template: LineTemplate) {
        self.template = template
    }

    func apply(to line: inout WorkingLine) -> Bool {
        do {
            line.text = try line.text(of: template)
        } catch {
            line.labels.fail("TemplateFormatErr", error.message)
        }
        return true
    }
}

/// `| label_format a=b, c="{{.d}}"`.
final class LabelFormatStage: LineStage {
    private let formats: [LabelFormat]

    init(_ formats: [LabelFormat]) {
        self.formats = formats
    }

    func apply(to line: inout WorkingLine) -> Bool {
        for format in formats {
            switch format.source {
            case .label(let name):
                guard let item = line.labels.item(name) else { continue }
                line.labels.remove(name)
                line.labels.set(format.label, item.value, item.origin)
            case .template(let template):
                do {
                    line.labels.set(format.label, try line.text(of: template))
                } catch {
                    line.labels.fail("TemplateFormatErr", error.message)
                }
            }
        }
        return true
    }
}

extension WorkingLine {
    /// The line's text and labels in a template.
    fileprivate func text(of template: LineTemplate) throws(TemplateFault) -> String {
        let labels = labels
        var run = TemplateRun(line: text, timestamp: timestamp) {
            labels[$0]
        } allLabels: {
            Dictionary(labels.sorted.map { ($0.name, TemplateValue.text($0.value)) }) { $1 }
        }
        return try run.text(of: template)
    }
}

/// `| decolorize`: takes the escape sequences of terminals out of the line.
final class DecolorizeStage: LineStage {
    func apply(to line: inout WorkingLine) -> Bool {
        guard line.text.utf8.contains(0x1B) else { return true }
        let bytes = Array(line.text.utf8)
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            if bytes[position] == 0x1B, let end = Self.end(ofSequence: position, bytes) {
                position = end
            } else {
                plain.append(bytes[position])
                position += 1
            }
        }
        line.text = String(decoding: plain, as: UTF8.self)
        return true
    }

    /// `ESC [ 0;31 m`: parameters, and one byte that ends it.
    private static func end(ofSequence start: Int, _ bytes: [UInt8]) -> Int? {
        guard start + 1 < bytes.count, bytes[start + 1] == UInt8(ascii: "[") else { return nil }
        var position = start + 2
        while position < bytes.count, (0x20...0x3F).contains(bytes[position]) { position += 1 }
        guard position < bytes.count, (0x40...0x7E).contains(bytes[position]) else { return nil }
        return position + 1
    }
}

/// A label of `drop` or `keep` with what its condition learns on the way.
private struct ChoiceTest {
    let label: String
    private var tester: LabelTester?

    init(_ choice: LabelChoice) {
        (label, tester) = (choice.label, choice.matcher?.tester())
    }

    mutating func matches(_ value: String) -> Bool {
        tester?.matches(value) ?? true
    }
}

/// `| drop a, b="x"`.
final class DropStage: LineStage {
    private var tests: [ChoiceTest]

    init(_ choices: [LabelChoice]) {
        tests = choices.map(ChoiceTest.init)
    }

    func apply(to line: inout WorkingLine) -> Bool {
        for index in tests.indices {
            guard let value = line.labels[tests[index].label], tests[index].matches(value) else { continue }
            line.labels.remove(tests[index].label)
        }
        return true
    }
}

/// `| keep a, b="x"`: what tells of an error is kept in any case.
final class KeepStage: LineStage {
    private var tests: [ChoiceTest]

    init(_ choices: [LabelChoice]) {
        tests = choices.map(ChoiceTest.init)
    }

    func apply(to line: inout WorkingLine) -> Bool {
        line.labels.removeAll { item in
            !tests.indices.contains { tests[$0].label == item.name && tests[$0].matches(item.value) }
        }
        return true
    }
}
