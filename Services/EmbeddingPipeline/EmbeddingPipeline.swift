import ClickHouseHTTP
import CurlHTTP
import ServiceKit

/// Puts the pipeline together: one round gives templates their vectors, another summarizes the traces that have ended.
enum EmbeddingPipeline {
    static func assemble(_ assembly: inout Assembly) async throws {
        let settings = try EmbeddingSettings(assembly.settings)
        let http = CurlClient(maximumTransfers: 16)
        let clickHouse = ClickHouseClient(
            settings.access,
            timeout: .seconds(60),
            maximumResponseBytes: 64 << 20,
            http: http
        )
        if let url = settings.endpoint {
            let store = TemplateStore(clickHouse: clickHouse, model: settings.model, dimensions: settings.dimensions)
            let endpoint = EmbeddingClient(url: url, settings: settings, http: http)
            let embedder = Embedder(store: store, endpoint: endpoint, batch: settings.batch, logger: assembly.logger)
            assembly.add(Rounds("embedding", every: settings.interval, logger: assembly.logger, embedder.round))
        }
        assembly.add(
            Rounds(
                "trace summary",
                every: settings.traceInterval,
                logger: assembly.logger,
                TraceSummarizer(clickHouse: clickHouse, patience: settings.tracePatience).round
            )
        )
        ReadinessRoutes(checks: [
            { _ = try await clickHouse.execute(ClickHouseStatement("SELECT 1", timeout: .seconds(2))) }
        ])
        .add(to: &assembly.router)
    }
}
