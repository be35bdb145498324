import FoundationEssentials
import HTTPTypes
import LoadEngine

/// Sends the requests of one journey in order, with the cookies of the visit.
struct Visit: Sendable {
    let journey: Journey
    /// When the first request should be sent.
    let intended: Instant
    let run: ShopRun

    /// Sends the journey's requests in order; the visit ends at the first unexpected outcome.
    func walk() async {
        let entry = run.sessions.enter(journey.shopper.number)
        var cookies = entry.cookies
        let isAsPlanned = await walk(&cookies)
        if entry.isOwn {
            run.sessions.leave(journey.shopper.number, with: isAsPlanned && journey.leavesCartEmpty ? cookies : nil)
        }
        if isAsPlanned { run.report.completed(journey.isBesideTheLoad ? nil : journey.visitorClass.rawValue) }
    }

    /// Whether all outcomes so far were the expected ones.
    private func walk(_ cookies: inout CookieJar) async -> Bool {
        var due = intended
        var order: String?
        for (step, planned) in journey.requests.enumerated() {
            if planned.pause > .zero {
                due = due + Int64(planned.pause / .nanoseconds(1))
                let left = due - .now
                if left > 0, (try? await Task.sleep(for: .nanoseconds(left))) == nil { return false }
            }
            let request: PlannedRequest
            if planned.namesOrder {
                guard let order else { return false }
                request = planned.naming(order: order)
            } else {
                request = planned
            }
            let sending = Sending(run: run, journey: journey, request: request, step: step, intended: due)
            guard let answer = await sending.perform(cookies) else { return false }
            due = .now
            if let answer = answer.first {
                cookies.take(from: answer.fields)
                if request.step == "checkout", let placed = Self.order(in: answer) { order = placed }
            }
        }
        return true
    }

    private struct PlacedOrder: Decodable {
        let id: String

        enum CodingKeys: String, CodingKey {
            case id = "order_id"
        }
    }

    private static func order(in answer: Target.Answer) -> String? {
        try? JSONDecoder().decode(PlacedOrder.self, from: Data(answer.body)).id
    }
}
