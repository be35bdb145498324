import ServiceKit

@main
struct EmbeddingPipelineMain {
    static func main() async {
        await ServiceProcess.run(
            "embedding-pipeline",
            port: ("EMBEDDING_PIPELINE_PORT", 8083),
            metrics: EmbeddingPipeline.metrics,
            assemble: EmbeddingPipeline.assemble
        )
    }
}
