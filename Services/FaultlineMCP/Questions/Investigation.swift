/// What one method does with the questions of a run: asks within its budget, answers once, and is scored.
///
/// The truth is no part of it. Labels are read by another process, which is only started for a question that is closed.
actor Investigation {
    private let records: Records
    private let budget: Budget?
    private let telemetry: AgentTelemetry
    private let launcher: Launcher
    private let scorer: Scorer
    private var attempt: Attempt?
    /// The run before the scenario that was started here last: nobody is asked about it any more.
    private var former: String?

    /// A run, and what was done with it.
    private struct Attempt {
        let run: String
        /// Empty until the questions are written.
        var questions: [QuestionSheet.Question]
        let transcript: Transcript
        let answers: AnswerFile

        func question(_ name: String) throws(ToolRefusal) -> QuestionSheet.Question {
            guard let question = questions.first(where: { $0.question == name }) else {
                throw ToolRefusal(
                    questions.isEmpty
                        ? "There are no questions yet: list_questions says why."
                        : "There is no question '\(name.prefix(50))': list_questions has their names."
                )
            }
            return question
        }
    }

    /// - Parameter budget: What may be asked about each question; `nil` counts and refuses nothing.
    init(records: Records, budget: Budget?, telemetry: AgentTelemetry, launcher: Launcher, scorer: Scorer) {
        self.records = records
        self.budget = budget
        self.telemetry = telemetry
        self.launcher = launcher
        self.scorer = scorer
    }

    /// The questions, which of them are open, and what may still be asked about each.
    ///
    /// - Throws: ``ToolRefusal``.
    func questions(_ progress: Progress) async throws -> JSONValue {
        guard let run = latest else { return Self.none("There is no run yet: ./demo rca start begins one.") }
        if try QuestionSheet.of(run: run) == nil {
            guard records.isOver(run) else {
                return Self.none("The load is not done: there are questions when it is. Ask again in a minute.")
            }
            try await launcher.writeQuestions(progress)
        }
        let attempt = try current(run)
        let closed = try attempt.answers.closed()
        let questions = attempt.questions.map { question -> JSONValue in
            [
                "question": .text(question.question), "from": .text(question.from), "to": .text(question.to),
                "state": closed.contains(question.question) ? "closed" : "open",
                "left": left(question.question, attempt),
            ]
        }
        return ["questions": .array(questions), "method": .text(records.method)]
    }

    /// Starts a scenario; from now on it is the one that is asked about.
    ///
    /// - Throws: ``ToolRefusal``; `CancellationError`.
    func start(_ scenario: String, seed: Int64?, timeScale: Double?, _ progress: Progress) async throws {
        guard records.pinned == nil else {
            throw ToolRefusal("This server asks about one run: start it without --run.")
        }
        let before = records.run
        try await launcher.start(scenario, seed: seed, timeScale: timeScale, progress)
        former = before
    }

    /// Asks ClickHouse as the user who may only read.
    ///
    /// - Parameter question: The question that it is about; without one it counts for all questions of the run.
    /// - Throws: ``ToolRefusal``, also when the budget is spent; `CancellationError`.
    func query(_ sql: String, question: String?, why: String?, _ progress: Progress) async throws -> ToolResult {
        guard let run = latest else {
            guard question == nil else { throw ToolRefusal("There are no questions yet: list_questions says why.") }
            return ToolResult(text: try await telemetry.answer(to: sql, progress).text)
        }
        let attempt = try current(run)
        let name = question ?? Transcript.shared
        try take(name, attempt)
        let answer: AgentTelemetry.Answer
        do {
            answer = try await telemetry.answer(to: sql, progress)
        } catch {
            let said = error is CancellationError ? "cancelled" : "\(error)"
            try attempt.transcript.call(name, why: why, sql: sql, failed: true, answer: said, at: WallClock.now)
            throw error
        }
        try attempt.transcript.call(name, why: why, sql: sql, failed: false, answer: answer.text, at: WallClock.now)
        return ToolResult(text: answer.text, structured: ["left": left(name, attempt)])
    }

    /// Takes an answer. The question is closed by it.
    ///
    /// - Throws: ``ToolRefusal`` for a question that is not open, and for an answer that could not be read.
    func submit(_ answer: [String: JSONValue]) throws(ToolRefusal) -> ToolResult {
        guard let question = answer["question"]?.text else { throw ToolRefusal("question is missing: it is a text.") }
        let attempt = try current(try run())
        try requireOpen(question, attempt)
        try AnswerForm.check(answer)
        let now = WallClock.now
        try attempt.answers.add(.object(answer))
        let used = usage(question, attempt)
        try attempt.transcript.answer(.object(answer), question: question, used: used, at: now)
        return ToolResult(
            text: "\(question) is closed. score says how good the answer is.",
            structured: [
                "question": .text(question), "state": "closed", "queries": .whole(Int64(used.queries)),
                "bytes": .whole(Int64(used.bytes)), "seconds": .number((used.seconds(at: now) * 100).rounded() / 100),
            ]
        )
    }

    /// How good the answer to a closed question is.
    ///
    /// - Throws: ``ToolRefusal`` while it is open.
    func score(_ question: String) async throws -> JSONValue {
        let attempt = try current(try run())
        _ = try attempt.question(question)
        guard try attempt.answers.closed().contains(question) else {
            throw ToolRefusal("\(question) is open: score answers when it is closed by submit_answer.")
        }
        return try await scorer.score(of: question, run: attempt.run, answers: attempt.answers.path)
    }

    /// The run that is asked about.
    private var latest: String? {
        guard let run = records.run, run != former else { return nil }
        return run
    }

    private func run() throws(ToolRefusal) -> String {
        guard let run = latest else { throw ToolRefusal("There are no questions yet: list_questions says why.") }
        return run
    }

    /// What was done with the run so far; another run has begun when the suite was started again.
    private func current(_ run: String) throws(ToolRefusal) -> Attempt {
        if let attempt, attempt.run == run, !attempt.questions.isEmpty { return attempt }
        let questions = try QuestionSheet.of(run: run)?.questions ?? []
        if attempt?.run == run { attempt?.questions = questions }
        if let attempt, attempt.run == run { return attempt }
        let opened = Attempt(
            run: run,
            questions: questions,
            transcript: try Transcript(path: records.transcript(run), method: records.method),
            answers: records.answers(run)
        )
        attempt = opened
        return opened
    }

    private func left(_ question: String, _ attempt: Attempt) -> JSONValue {
        budget.map { usage(question, attempt).left(of: $0, at: WallClock.now) } ?? .null
    }

    private func usage(_ question: String, _ attempt: Attempt) -> Usage {
        let own = attempt.transcript.usage[question] ?? Usage()
        guard question != Transcript.shared else { return own }
        return own.adding(attempt.transcript.usage[Transcript.shared] ?? Usage())
    }

    private func requireOpen(_ question: String, _ attempt: Attempt) throws(ToolRefusal) {
        _ = try attempt.question(question)
        guard !(try attempt.answers.closed().contains(question)) else {
            throw ToolRefusal("\(question) is closed: its first answer counts.")
        }
    }

    /// Counts a query, and begins the question with the first.
    private func take(_ name: String, _ attempt: Attempt) throws(ToolRefusal) {
        let now = WallClock.now
        let isShared = name == Transcript.shared
        if !isShared { try requireOpen(name, attempt) }
        if let budget, let spent = usage(name, attempt).spent(of: budget, at: now) {
            let about = isShared ? "Without a question" : "For \(name)"
            throw ToolRefusal("\(about) \(spent) are used: hand in what you know by now with submit_answer.")
        }
        if !isShared, attempt.transcript.usage[name]?.began == nil {
            try attempt.transcript.begin(try attempt.question(name), at: now)
        }
        attempt.transcript.take(name)
    }

    private static func none(_ why: String) -> JSONValue { ["questions": [], "state": .text(why)] }
}
