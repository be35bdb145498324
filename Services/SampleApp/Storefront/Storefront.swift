import HTTPCore
import HTTPTypes

/// The page that people shop on, and the files that it is made of. They are part of the executable.
struct Storefront: Sendable {
    /// A file as browsers get it.
    struct Asset: Sendable {
        let mediaType: String
        let bytes: [UInt8]
        /// Changes with the content (RFC 9110, section 8.8.3).
        let entityTag: String

        init(_ mediaType: String, _ bytes: [UInt8]) {
            self.mediaType = mediaType
            self.bytes = bytes
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            entityTag = "\"\(String(hash, radix: 36))\""
        }
    }

    /// The addresses of its views. The page is the same for each and draws the one that it was opened at.
    private static let views = ["/", "/category/{name}", "/product/{id}", "/search", "/basket", "/order/{id}"]

    private static let scripts = [
        "shop.js": PackageResources.shop_js,
        "api.js": PackageResources.api_js,
        "navigation.js": PackageResources.navigation_js,
        "health.js": PackageResources.health_js,
        "page.js": PackageResources.page_js,
        "checkout.js": PackageResources.checkout_js,
        "motifs.js": PackageResources.motifs_js,
        "picture.js": PackageResources.picture_js,
        "telemetry/telemetry.js": PackageResources.telemetry_js,
        "telemetry/session.js": PackageResources.session_js,
        "telemetry/spans.js": PackageResources.spans_js,
        "telemetry/errors.js": PackageResources.errors_js,
        "telemetry/start.js": PackageResources.start_js,
        "telemetry/load.js": PackageResources.load_js,
        "telemetry/interactions.js": PackageResources.interactions_js,
        "telemetry/vitals.js": PackageResources.vitals_js,
        "telemetry/replay.js": PackageResources.replay_js,
        "telemetry/otlp.js": PackageResources.otlp_js,
        "telemetry/outbox.js": PackageResources.outbox_js,
    ]
    private static let icon = Asset("image/svg+xml", PackageResources.icon_svg)

    private let page = Asset("text/html; charset=utf-8", PackageResources.index_html)
    private let assets = scripts.mapValues { Asset("text/javascript; charset=utf-8", $0) }
        .merging(["shop.css": Asset("text/css; charset=utf-8", PackageResources.shop_css), "icon.svg": icon]) { $1 }

    func add(to router: inout Router) {
        for view in Self.views {
            router.get(view) { request, _ in Self.answer(request, page) }
        }
        // Asked for by what does not read the page: bookmarks, feed readers, old browsers.
        router.get("/favicon.ico") { request, _ in Self.answer(request, Self.icon) }
        for (name, asset) in assets {
            router.get("/assets/\(name)") { request, _ in Self.answer(request, asset) }
        }
    }

    /// Answers with a file, or says that the browser has it already.
    static func answer(_ request: Request, _ asset: Asset) -> Response {
        let headers: HTTPFields = [
            .contentType: asset.mediaType,
            .eTag: asset.entityTag,
            .cacheControl: "no-cache",
            .contentSecurityPolicy: "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
            .xContentTypeOptions: "nosniff",
        ]
        let known = request.head.headerFields[.ifNoneMatch] ?? ""
        if known == "*" || known.split(separator: ",").contains(where: { $0.drop { $0 == " " } == asset.entityTag }) {
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: .bytes(asset.bytes))
    }
}
