import ServiceKit

extension EmbeddingPipeline {
    /// What this service's own metrics mean.
    static let metrics = [
        ServiceMetric("embedding.texts", unit: "{text}", "Texts that were sent to the embedding endpoint, by outcome."),
        ServiceMetric(
            "embedding.pending",
            unit: "{text}",
            "Texts without a vector for the current model, as of the last look."
        ),
        ServiceMetric(
            "embedding.refused",
            unit: "{text}",
            "Texts that the endpoint refuses and that are left alone for now."
        ),
        ServiceMetric("embedding.request.duration", unit: "s", "Time until the embedding endpoint had answered."),
        ServiceMetric("embedding.wait", unit: "s", "From the first sight of a template to its vector."),
        ServiceMetric("embedding.failures", unit: "{round}", "Rounds that failed and are tried again, by their work."),
        ServiceMetric("trace.summaries", unit: "{window}", "Windows of time whose traces were summarized."),
        ServiceMetric("trace.summary.lag", unit: "s", "How far the summaries of traces are behind."),
    ]
}
