// swift-tools-version: 6.2
import PackageDescription

/// As strict as the product itself; see ../Package.swift.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let httpCore: Target.Dependency = .product(name: "HTTPCore", package: "faultline")
let otelSDK: Target.Dependency = .product(name: "OTelSDK", package: "faultline")
let otlp: Target.Dependency = .product(name: "OTLP", package: "faultline")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")
let serviceKit: Target.Dependency = .product(name: "ServiceKit", package: "faultline")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

/// A program in `Sources/`, one folder a benchmark.
func benchmark(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

// A package of its own, so that what is only compared with never burdens the product.
let package = Package(
    name: "faultline-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "faultline", path: ".."),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", exact: "1.7.3"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    ],
    targets: [
        .target(name: "CAllocationCounter"),
        benchmark("HTTPPlainServer", [httpCore, httpTypes]),
        benchmark("OTLPEncode", [otlp]),
        benchmark("OTelBench", ["CAllocationCounter", otelSDK, otlp, logging, tracing]),
        benchmark("HTTPInstrumentedServer", [httpCore, httpTypes, serviceKit]),
        benchmark("HTTPAllocations", [httpCore, httpTypes, "CAllocationCounter"]),
        benchmark("HTTPLoad", [httpCore, httpTypes]),
        benchmark("HTTPSoak", [httpCore, httpTypes]),
        benchmark("LoadNullServer", [httpCore, httpTypes]),
        benchmark("HummingbirdPlainServer", [hummingbird, logging]),
    ]
)
