/// The documents of the environment.
enum EnvironmentResources {
    /// The guide, as the database has it, and the answer's form.
    static func all(_ telemetry: AgentTelemetry) -> [Resource] {
        [
            Resource(
                uri: "faultline://guide",
                name: "guide",
                title: "The guide",
                description:
                    "Tables, units, limits, views for investigators, how to begin. Reading it here is free.",
                mediaType: "text/plain"
            ) { try await telemetry.answer(to: "SELECT Line FROM agent_guide FORMAT TSVRaw").text },
            Resource(
                uri: "faultline://answer-form",
                name: "answer-form",
                title: "The form of an answer",
                description: "JSON Schema of what submit_answer takes.",
                mediaType: "application/schema+json"
            ) { AnswerForm.schema.description },
        ]
    }
}
