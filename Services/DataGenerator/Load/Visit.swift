import HTTPTypes

/// One shopper walking through one journey, request after request, with the cookies of the visit.
struct Visit: Sendable {
    let shop: Shop
    let requests: [PlannedRequest]
    let report: LoadReport

    /// Sends the journey's requests in order; a shopper whose request fails leaves.
    func run() async {
        var cookies = CookieJar()
        for request in requests {
            do {
                try await Task.sleep(for: request.pause)
                let sent = ContinuousClock.now
                let answer = try await shop.send(request, cookies: cookies)
                report.answered(status: answer.status, after: sent.duration(to: .now))
                guard answer.status < 400 else { return }
                cookies.take(from: answer.fields)
            } catch is CancellationError {
                return
            } catch {
                report.failed()
                return
            }
        }
        report.completed()
    }
}
