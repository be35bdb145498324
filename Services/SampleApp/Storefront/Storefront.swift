import HTTPCore
import HTTPTypes

/// The shop's page.
struct Storefront: Sendable {
    func add(to router: inout Router) {
        router.get("/") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/html; charset=utf-8"],
                body: .text(Self.page)
            )
        }
    }

    private static let page = "<!doctype html><title>Faultline</title><h1>Faultline</h1>"
}
