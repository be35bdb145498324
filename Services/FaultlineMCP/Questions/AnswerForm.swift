import RunJournal

/// The form of an answer: what docs/ground-truth.md describes, as JSON Schema and as a check.
///
/// The scorer reads whatever it is given; here an answer that it could not use is given back, so that a slip of the pen
/// does not cost the question.
enum AnswerForm {
    /// The words for what went wrong. Others are taken, and match nothing.
    static let mechanisms = [
        "bad_configuration", "cache_stampede", "cache_without_eviction", "certificate_expiry",
        "connection_pool_exhaustion", "cpu_saturation", "deadlock", "defective_release", "dependency_outage",
        "disk_full", "dns_failure", "lock_contention", "lost_update", "memory_leak", "missing_idempotency_key",
        "network_loss", "poison_message", "retry_storm", "slow_query", "thread_starvation", "unbounded_growth",
    ]

    /// JSON Schema of an answer.
    static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "question": ["type": "string", "description": "As list_questions names it."],
            "root": [
                "type": "array",
                "description":
                    "Root causes, the best guess first; [] says that nothing was wrong. Each one too many costs.",
                "items": [
                    "type": "object",
                    "properties": [
                        "service": ["type": "string"],
                        "operation": ["type": "string", "description": "A span's name in that service."],
                        "mechanism": ["type": "string", "enum": .array(mechanisms.map { .text($0) })],
                        "instance": ["type": "string"],
                    ],
                    "required": ["service"],
                    "additionalProperties": false,
                ],
            ],
            "path": [
                "type": "array",
                "description": "From the root's operation to what users see, a step at a time.",
                "items": [
                    "type": "object",
                    "properties": ["from": node, "to": node],
                    "required": ["from", "to"],
                    "additionalProperties": false,
                ],
            ],
            "times": [
                "type": "object",
                "properties": [
                    "onset": [
                        "type": "string", "description": "When it began to show, with its zone: 2026-11-21T09:37:49Z.",
                    ]
                ],
                "additionalProperties": false,
            ],
        ],
        "required": ["question", "root"],
        "additionalProperties": false,
    ]

    private static let node: JSONValue = [
        "type": "object",
        "properties": ["service": ["type": "string"], "operation": ["type": "string"]],
        "required": ["service", "operation"],
        "additionalProperties": false,
    ]

    private static let mostEntries = 50

    /// Checks an answer that names its question.
    ///
    /// - Throws: ``ToolRefusal`` with the place and what belongs there.
    static func check(_ answer: [String: JSONValue]) throws(ToolRefusal) {
        guard let roots = answer["root"]?.elements else {
            throw ToolRefusal("root is missing: it is an array of root causes, [] when nothing was wrong.")
        }
        guard roots.count <= mostEntries else { throw ToolRefusal("root has more than \(mostEntries) entries.") }
        for (index, root) in roots.enumerated() {
            try check(root, "root[\(index)]", required: ["service"], optional: ["operation", "mechanism", "instance"])
        }
        switch answer["path"] {
        case nil, .null: break
        case .array(let steps):
            guard steps.count <= mostEntries else { throw ToolRefusal("path has more than \(mostEntries) steps.") }
            for (index, step) in steps.enumerated() {
                let place = "path[\(index)]"
                guard case .object(let members) = step, Set(members.keys) == ["from", "to"] else {
                    throw ToolRefusal("\(place) must be an object with from and to.")
                }
                for end in ["from", "to"] {
                    try check(
                        members[end] ?? .null,
                        "\(place).\(end)",
                        required: ["service", "operation"],
                        optional: []
                    )
                }
            }
        default: throw ToolRefusal("path must be an array of steps, each with from and to.")
        }
        switch answer["times"] {
        case nil, .null: break
        case .object(let times):
            guard times.keys.allSatisfy({ $0 == "onset" }) else { throw ToolRefusal("times has one member, onset.") }
            guard let onset = times["onset"], onset != .null else { break }
            guard let text = onset.text, Moment(text) != nil else {
                throw ToolRefusal("times.onset must be a time with its zone, as in 2026-11-21T09:37:49Z.")
            }
        default: throw ToolRefusal("times must be an object with onset.")
        }
    }

    private static func check(
        _ value: JSONValue,
        _ place: String,
        required: [String],
        optional: [String]
    ) throws(ToolRefusal) {
        guard case .object(let members) = value else { throw ToolRefusal("\(place) must be an object.") }
        let names = (required + optional).joined(separator: ", ")
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard (required + optional).contains(name) else {
                throw ToolRefusal("\(place).\(name.prefix(50)) is no member: there are \(names).")
            }
            if value == .null, optional.contains(name) { continue }
            guard let text = value.text, !text.isEmpty, text.utf8.count <= 500 else {
                throw ToolRefusal("\(place).\(name) must be a text of 1 to 500 bytes.")
            }
        }
        for name in required where members[name] == nil { throw ToolRefusal("\(place).\(name) is missing.") }
    }
}
