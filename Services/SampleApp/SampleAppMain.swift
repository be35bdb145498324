import ServiceKit

@main
struct SampleAppMain {
    static func main() async {
        await ServiceProcess.run(
            "sample-ecommerce-app",
            port: ("SAMPLE_APP_PORT", 8000),
            metrics: SampleApp.metrics,
            untracedPaths: BrowserTelemetryRoutes.paths,
            assemble: SampleApp.assemble
        )
    }
}
