/// A text with places for labels, in the language of Go's `text/template`: `{{.method}} {{.path | upper}}`.
///
/// Of that language there are fields, variables, pipelines, `if`, `with` and `range`, and most of the functions that Loki
/// has. What is not there is refused by name when the template is read.
public struct LineTemplate: Hashable, Sendable {
    /// As it was written.
    public let text: String
    let nodes: [TemplateNode]

    /// The labels that it looks at; `nil` where it may look at any.
    public let labels: Set<String>?

    /// Reads a template.
    ///
    /// - Throws: ``TemplateFault`` with what is wrong.
    public init(_ text: String) throws(TemplateFault) {
        self.text = text
        var parser = try TemplateParser(text)
        nodes = try parser.parse()
        labels = parser.usesDot ? nil : parser.labels
    }

    /// Whether both were written the same.
    public static func == (one: LineTemplate, other: LineTemplate) -> Bool {
        one.text == other.text
    }

    /// Hashes what is compared.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }
}

/// Why a text is no template, or why a template could not be filled in.
public struct TemplateFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public let message: String

    init(_ message: String) {
        self.message = message
    }

    /// What is wrong.
    public var description: String { message }
}

/// A piece of a template.
indirect enum TemplateNode: Hashable, Sendable {
    case text(String)
    case action(TemplatePipeline)
    case `if`(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
    case with(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
    case range(TemplatePipeline, each: [TemplateNode], otherwise: [TemplateNode])
}

/// Commands of which each gets the value of the one before as its last argument.
struct TemplatePipeline: Hashable, Sendable {
    /// The variables that it sets.
    var variables: [String] = []
    /// Whether they are there already (`=`), and not made here (`:=`).
    var isAssignment = false
    var commands: [[TemplateOperand]] = []
}

/// A value in a command, or the function that it calls.
indirect enum TemplateOperand: Hashable, Sendable {
    case function(TemplateFunction)
    /// `.`, `.name`, `.name.part`.
    case field([String])
    /// `$x`, `$x.part`.
    case variable(String, [String])
    case literal(TemplateValue)
    /// `(...)`, `(...).part`.
    case pipeline(TemplatePipeline, [String])
}
