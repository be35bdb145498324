/// `./demo rca`, which starts scenarios and writes questions: this process never reads what it knows.
struct Launcher: Sendable {
    /// The path of `demo`; `nil` where there is none.
    let program: String?
    /// The suite's run folder.
    let data: String

    /// Has the questions of the latest run written.
    ///
    /// - Throws: ``ToolRefusal``; `CancellationError`.
    func writeQuestions(_ progress: Progress) async throws {
        try await run(["ask"], timeout: .seconds(300), progress)
    }

    /// Starts a scenario; returns when the suite is healthy.
    ///
    /// - Throws: ``ToolRefusal``; `CancellationError`.
    func start(
        _ scenario: String,
        seed: Int64?,
        timeScale: Double?,
        _ progress: Progress
    ) async throws {
        let name = scenario.utf8.allSatisfy { octet in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet) || octet == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
        }
        // The launcher takes paths of files too; a client gets none.
        guard name, scenario.first?.isLetter == true, scenario.utf8.count <= 64 else {
            throw ToolRefusal("scenario must be a name in small letters, such as demo or random.")
        }
        var words = ["start", scenario]
        if let seed { words += ["--seed", "\(seed)"] }
        if let timeScale { words += ["--time-scale", "\(timeScale)"] }
        // What has started already is said on standard output.
        try await run(words, timeout: .seconds(900), progress, tellsOutput: true)
    }

    private func run(
        _ words: [String],
        timeout: Duration,
        _ progress: Progress,
        tellsOutput: Bool = false
    ) async throws {
        guard let program else {
            let command = (["rca"] + words).joined(separator: " ")
            throw ToolRefusal("This server was started without --launcher: run ./demo \(command) by hand.")
        }
        let (lines, sink) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(64))
        let teller = Task {
            var count = 0.0
            for await line in lines {
                count += 1
                await progress.report(count, nil, line)
            }
        }
        let outcome: ChildProgram.Outcome
        do {
            defer { sink.finish() }
            let child = ChildProgram(words: [program, "rca"] + words + ["--data", data], timeout: timeout)
            outcome = try await child.run(tellsOutput: tellsOutput) { sink.yield($0) }
        }
        // Progress comes before the answer.
        await teller.value
        guard outcome.status == 0 else {
            throw ToolRefusal(outcome.complaint ?? "./demo rca \(words[0]) ended with status \(outcome.status).")
        }
    }
}
