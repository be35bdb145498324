import OTelSDK
import Testing

@testable import ServiceKit

@Suite("Where telemetry comes from")
struct DeploymentTests {
    @Test("is a build, a system and an environment, under both of its names")
    func complete() {
        let resource = Deployment([:]).detect()
        #expect(resource.text("service.version") == Deployment.version)
        #expect(resource.text("service.namespace") == "faultline")
        #expect(resource.text("deployment.environment.name") == "demo")
        #expect(resource.text("deployment.environment") == "demo")
    }

    @Test(
        "names the environment that variables name",
        arguments: [
            (["ENVIRONMENT": "production"], [:], "production"),
            (["ENVIRONMENT": ""], [:], "demo"),
            (["ENVIRONMENT": "production"], ["deployment.environment.name": "staging"], "staging"),
            ([:], ["deployment.environment": "staging"], "staging"),
        ] as [([String: String], KeyValuePairs<String, String>, String)]
    )
    func environment(variables: [String: String], said: KeyValuePairs<String, String>, expected: String) {
        let resource = Deployment(variables, said: TelemetryResource(texts: said)).detect()
        #expect(resource.text("deployment.environment.name") == expected)
        #expect(resource.text("deployment.environment") == expected)
    }
}
