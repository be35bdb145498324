import PromQL

/// A function that templates call, by its name.
struct TemplateFunction: Hashable, Sendable {
    let name: String

    /// - Throws: ``TemplateFault`` for one that there is not, and for one of Loki's or Go's that is not supported.
    init(named name: String) throws(TemplateFault) {
        guard TemplateFunctions.named[name] == nil, !TemplateFunctions.lazy.contains(name) else {
            self.name = name
            return
        }
        let isKnown = TemplateFunctions.unsupported.contains(name)
        throw TemplateFault("function \(Quoting.quote(name)) \(isKnown ? "is not supported" : "not defined")")
    }
}
