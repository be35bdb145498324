import Yams

/// A node of a scenario's YAML, with its line and path for error messages.
struct ScenarioNode {
    let node: Node
    let file: String
    let path: String

    /// The root of a document.
    ///
    /// - Throws: ``ScenarioError``.
    init(yaml: String, file: String) throws(ScenarioError) {
        let node: Node?
        do {
            node = try Yams.compose(yaml: yaml)
        } catch {
            let text = "\(error)".split(separator: "\n").first.map(String.init) ?? "it cannot be read"
            throw ScenarioError(file: file, line: nil, field: "", message: "not YAML: \(text)")
        }
        guard let node else { throw ScenarioError(file: file, line: nil, field: "", message: "the file is empty") }
        self.init(node: node, file: file, path: "")
    }

    /// A place in a document.
    init(node: Node, file: String, path: String) {
        self.node = node
        self.file = file
        self.path = path
    }

    /// An error about this place.
    func error(_ message: String) -> ScenarioError {
        ScenarioError(file: file, line: node.mark?.line, field: path, message: message)
    }

    /// The members of a mapping that may have these keys only.
    ///
    /// - Throws: ``ScenarioError``.
    func members(_ allowed: [String]) throws(ScenarioError) -> [String: ScenarioNode] {
        guard case .mapping(let mapping) = node else {
            throw error("must have members: \(allowed.joined(separator: ", "))")
        }
        var members: [String: ScenarioNode] = [:]
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            let member = ScenarioNode(node: value, file: file, path: path.isEmpty ? name : "\(path).\(name)")
            guard allowed.contains(name) else {
                throw ScenarioError(
                    file: file,
                    line: key.mark?.line,
                    field: path,
                    message: "'\(name)' is not known here: allowed are \(allowed.joined(separator: ", "))"
                )
            }
            members[name] = member
        }
        return members
    }

    /// The elements of a list.
    ///
    /// - Throws: ``ScenarioError``.
    func elements() throws(ScenarioError) -> [ScenarioNode] {
        guard case .sequence(let sequence) = node else { throw error("must be a list") }
        return sequence.enumerated().map { index, element in
            ScenarioNode(node: element, file: file, path: "\(path)[\(index)]")
        }
    }

    /// A text.
    ///
    /// - Throws: ``ScenarioError``.
    func text() throws(ScenarioError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty else { throw error("must be a text") }
        return text
    }

    /// Seconds of a time such as `90s`, `2m`, `1.5h`.
    ///
    /// - Throws: ``ScenarioError``.
    func seconds(least: Double = 0) throws(ScenarioError) -> Double {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600]
        let text = node.scalar?.string ?? ""
        guard let last = text.last, let unit = units[last], let number = Double(text.dropLast()), number.isFinite else {
            throw error("'\(text)' is not a time: write a number and s, m or h, as in 90s or 2m")
        }
        guard number * unit >= least, number * unit <= 86_400 else {
            throw error("'\(text)' must be from \(Int(least))s to 24h")
        }
        return number * unit
    }

    /// A share such as `5%` or `0.05`, above 0 and at most 1.
    ///
    /// - Throws: ``ScenarioError``.
    func share() throws(ScenarioError) -> Double {
        let text = node.scalar?.string ?? ""
        let number = text.last == "%" ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
        guard let number, number > 0, number <= 1 else {
            throw error("'\(text)' is not a share: write a number above 0 and at most 1, or a percentage such as 5%")
        }
        return number
    }

    /// `true` or `false`.
    ///
    /// - Throws: ``ScenarioError``.
    func flag() throws(ScenarioError) -> Bool {
        switch node.scalar?.string {
        case "true": true
        case "false": false
        default: throw error("must be true or false")
        }
    }

    /// One of several words.
    ///
    /// - Throws: ``ScenarioError``.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ type: Choice.Type
    ) throws(ScenarioError) -> Choice {
        let text = node.scalar?.string ?? ""
        guard let choice = Choice(rawValue: text) else {
            let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("'\(text)' is not known: allowed are \(allowed)")
        }
        return choice
    }
}
