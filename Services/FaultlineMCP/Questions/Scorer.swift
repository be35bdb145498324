/// `faultline-score`, the only one that reads labels. Of what it says, the figures of one closed question are passed on.
struct Scorer: Sendable {
    /// The path of `faultline-score`.
    let program: String

    private static let levels = ["service", "operation", "mechanism"]
    private static let figures = levels + ["path_grounded", "time", "time_error_s", "valid"]

    /// The figures of the answer to a closed question.
    ///
    /// - Throws: ``ToolRefusal``; `CancellationError`.
    func score(of question: String, run: String, answers: String) async throws -> JSONValue {
        let child = ChildProgram(
            words: [program, "score", run, answers, "--json", "--no-keep"],
            timeout: .seconds(60)
        )
        let outcome = try await child.run()
        guard outcome.status == 0, let report = JSONValue(outcome.output.utf8)?.elements?.first,
            let score = report["scores"]?.elements?.first(where: { $0["question"]?.text == question })
        else {
            // What it complains of may name labels.
            throw ToolRefusal("The answer could not be scored (status \(outcome.status)): ./demo rca score says why.")
        }
        var told: [String: JSONValue] = ["question": .text(question)]
        for figure in Self.figures { told[figure] = score[figure] }
        return .object(told)
    }
}
