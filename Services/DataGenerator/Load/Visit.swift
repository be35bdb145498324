import FoundationEssentials
import HTTPCore
import HTTPTypes

/// One visitor walking through one journey, request after request, with the cookies of the visit.
struct Visit: Sendable {
    let shop: Shop
    let journey: Journey
    let report: LoadReport

    /// Sends the journey's requests in order; a visitor who gets something else than expected leaves.
    func run() async {
        var cookies = CookieJar()
        var order: String?
        for var request in journey.requests {
            guard (try? await Task.sleep(for: request.pause)) != nil else { return }
            if let order {
                request.target = request.target.replacing(PlannedRequest.orderPlaceholder, with: order)
            }
            switch request.manner {
            case .ordinary:
                guard let answer = await send(request, cookies) else { return }
                cookies.take(from: answer.fields)
                if let placed = Self.order(in: answer) { order = placed }
            case .twice:
                guard let answer = await sendTwice(request, cookies) else { return }
                cookies.take(from: answer.fields)
            case .impatient(let patience): await abandon(request, cookies, after: patience)
            case .brokenOff: await abandon(request, cookies, after: .zero)
            }
        }
        report.completed(journey.visitorClass)
    }

    /// Sends a request and counts what came; `nil` when it was not what the visitor expected.
    private func send(_ request: PlannedRequest, _ cookies: CookieJar) async -> Shop.Answer? {
        let sent = ContinuousClock.now
        do {
            let answer = try await shop.send(request, cookies: cookies)
            let isExpected = request.expectation.holds(for: answer.status)
            report.answered(
                journey.visitorClass,
                status: answer.status,
                isExpected: isExpected,
                after: sent.duration(to: .now)
            )
            return isExpected ? answer : nil
        } catch {
            if !(error is CancellationError) { report.failed(journey.visitorClass, error) }
            return nil
        }
    }

    /// Sends a request twice at once; the first answer, or `nil` when either was not what the visitor expected.
    private func sendTwice(_ request: PlannedRequest, _ cookies: CookieJar) async -> Shop.Answer? {
        async let second = send(request, cookies)
        guard let first = await send(request, cookies), await second != nil else { return nil }
        return first
    }

    /// Sends a request and closes the connection before the answer is there, as a person does who leaves.
    private func abandon(_ request: PlannedRequest, _ cookies: CookieJar, after patience: Duration) async {
        await withTaskGroup { group in
            group.addTask { _ = try? await shop.send(request, cookies: cookies) }
            group.addTask { try? await Task.sleep(for: patience) }
            await group.next()
            group.cancelAll()
        }
        report.abandoned(journey.visitorClass)
    }

    private struct PlacedOrder: Decodable {
        let id: String

        enum CodingKeys: String, CodingKey {
            case id = "order_id"
        }
    }

    private static func order(in answer: Shop.Answer) -> String? {
        try? JSONDecoder().decode(PlacedOrder.self, from: Data(answer.body)).id
    }
}
