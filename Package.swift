// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target: Swift 6 mode, imports that are internal unless they say `public import`, and
/// warnings as errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let histogram: Target.Dependency = .product(name: "Histogram", package: "hdrhistogram-swift")
let inMemoryTracing: Target.Dependency = .product(name: "InMemoryTracing", package: "swift-distributed-tracing")
let metricsTestKit: Target.Dependency = .product(name: "MetricsTestKit", package: "swift-metrics")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")

/// A library in `Shared/`, one folder a module.
func shared(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Shared/\(name)", swiftSettings: strict)
}

/// An executable in `Services/`, one folder a service.
func service(
    _ name: String,
    _ dependencies: [Target.Dependency],
    resources: [Resource] = []
) -> Target {
    .executableTarget(
        name: name,
        dependencies: dependencies,
        path: "Services/\(name)",
        resources: resources,
        swiftSettings: strict
    )
}

/// The tests of one module, in `Tests/<Module>Tests`.
func tests(_ module: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(module)Tests",
        dependencies: [.byName(name: module)] + dependencies,
        path: "Tests/\(module)Tests",
        exclude: exclude,
        swiftSettings: strict
    )
}

/// The suite: what `./demo up` starts, and the libraries for others that are in it.
let suiteProducts: [Product] = [
    .library(name: "HTTPCore", targets: ["HTTPCore"]),
    .library(name: "ServiceKit", targets: ["ServiceKit"]),
    .library(name: "OTelSDK", targets: ["OTelSDK"]),
    .library(name: "OTLP", targets: ["OTLP"]),
    .executable(name: "sample-ecommerce-app", targets: ["SampleApp"]),
    .executable(name: "payment-service", targets: ["PaymentService"]),
    .executable(name: "inventory-service", targets: ["InventoryService"]),
    .executable(name: "data-generator", targets: ["DataGenerator"]),
    .executable(name: "collector", targets: ["Collector"]),
    .executable(name: "query-service", targets: ["QueryAPI"]),
    .executable(name: "embedding-pipeline", targets: ["EmbeddingPipeline"]),
]

/// What a suite is asked and measured with, and an example.
let otherProducts: [Product] = [
    .executable(name: "faultline-score", targets: ["GroundTruth"]),
    .executable(name: "faultline-mcp", targets: ["FaultlineMCP"]),
    .executable(name: "otlp-load", targets: ["TelemetryLoad"]),
    .executable(name: "trace-context-example", targets: ["TraceContextExample"]),
]

/// What the suite is made of.
let suiteTargets: [Target] = [
    // C shims: one room, four doors, so that the HTTP core needs none of libcurl, libcrypto and zlib.
    .target(name: "CLinux", path: "Shared/CSystem/Linux"),
    .target(name: "CCurl", path: "Shared/CSystem/Curl", linkerSettings: [.linkedLibrary("curl")]),
    .target(name: "CCrypto", path: "Shared/CSystem/Crypto", linkerSettings: [.linkedLibrary("crypto")]),
    .target(name: "CZlib", path: "Shared/CSystem/Zlib", linkerSettings: [.linkedLibrary("z")]),
    .target(name: "CChecksum", path: "Shared/CSystem/Checksum"),
    .target(
        name: "CNGHTTP2",
        path: "Shared/CSystem/NGHTTP2",
        linkerSettings: [.linkedLibrary("nghttp2")]
    ),
    .target(name: "CZstd", path: "Shared/CSystem/Zstd", linkerSettings: [.linkedLibrary("zstd")]),

    shared("Deadlines", []),
    shared(
        "HTTPCore",
        ["CLinux", "CNGHTTP2", "Deadlines", "TextCoding", httpTypes, lifecycle, deque, heap]
    ),
    shared("OTLP", ["TextCoding"]),
    shared("Gzip", ["CZlib"]),
    shared("GRPC", ["TextCoding"]),
    shared("Zstandard", ["CZstd"]),
    shared("LinearRegex"),
    shared("PromQL", ["LinearRegex"]),
    shared("LogQL", ["LinearRegex", "PromQL", "TextCoding"]),
    shared("TraceQL", ["LinearRegex"]),
    shared("CurlHTTP", ["CCurl"]),
    shared(
        "OTelSDK",
        ["OTLP", "CurlHTTP", "GRPC", "Gzip", "TextCoding", yams, tracing, logging, coreMetrics, lifecycle]
    ),
    shared("SpanTiming", [tracing]),
    shared(
        "SQLitePool",
        ["Deadlines", "SpanTiming", grdb, sqlite, deque, tracing, logging, coreMetrics]
    ),
    shared("Exposition"),
    shared("TextCoding"),
    shared("SeededRandom"),
    shared("ClickHouseHTTP", ["CurlHTTP", "TextCoding"]),
    shared("RunJournal", ["TextCoding"]),
    shared("LoadEngine", ["HTTPCore", "SeededRandom", deque, histogram]),
    .target(
        name: "ShopStories",
        dependencies: [
            "LoadEngine", "RunJournal", "SeededRandom", "ServiceKit", "HTTPCore", httpTypes, yams,
        ],
        path: "Shared/ShopStories",
        resources: [.embedInCode("scenarios")],
        swiftSettings: strict
    ),
    shared(
        "ServiceKit",
        [
            "CCrypto", "Deadlines", "SpanTiming", "TextCoding", "HTTPCore", "OTLP", "OTelSDK", httpTypes, tracing,
            logging, metrics, lifecycle, signals, yams,
        ]
    ),
    shared("ServiceDatabase", ["ServiceKit", "SQLitePool", httpTypes, logging]),
    shared("MessageStream", ["Deadlines", "SpanTiming", tracing, logging, coreMetrics, lifecycle]),
    shared("RedisStreams", ["Deadlines", "HTTPCore", "MessageStream", "ServiceKit", "TextCoding", coreMetrics]),

    service(
        "InventoryService",
        [
            "Deadlines", "MessageStream", "RedisStreams", "ServiceKit", "ServiceDatabase", "HTTPCore", "SQLitePool",
            "TextCoding", grdb, httpTypes, lifecycle, tracing, logging, metrics,
        ],
        resources: [.embedInCode("OpenAPI")]
    ),
    service(
        "PaymentService",
        [
            "Deadlines", "SeededRandom", "ServiceKit", "ServiceDatabase", "HTTPCore", "SQLitePool", grdb, httpTypes,
            lifecycle, tracing, logging, metrics,
        ],
        resources: [.embedInCode("OpenAPI")]
    ),
    service(
        "SampleApp",
        [
            "Deadlines", "MessageStream", "RedisStreams", "TextCoding", "ServiceKit", "ServiceDatabase", "HTTPCore",
            "SQLitePool", grdb, httpTypes, lifecycle, tracing, logging, metrics,
        ],
        resources: [.embedInCode("Storefront/Assets"), .embedInCode("OpenAPI")]
    ),
    service(
        "DataGenerator",
        [
            "LoadEngine", "ShopStories", "RunJournal", "ServiceKit", "HTTPCore", argumentParser, httpTypes,
            lifecycle,
            signals, logging,
        ]
    ),
    service(
        "Collector",
        [
            "CChecksum", "CLinux", "Deadlines", "Exposition", "GRPC", "ServiceKit", "HTTPCore", "OTLP",
            "ClickHouseHTTP", "Gzip", "TextCoding", "Zstandard", httpTypes, lifecycle, signals, tracing, logging,
        ]
    ),
    service(
        "QueryAPI",
        [
            "ClickHouseHTTP", "CurlHTTP", "Deadlines", "Exposition", "Gzip", "HTTPCore", "LinearRegex", "LogQL",
            "OTLP", "PromQL", "ServiceKit", "TextCoding", "TraceQL", deque, httpTypes, lifecycle, logging, metrics,
        ],
        resources: [.embedInCode("OpenAPI")]
    ),
    service(
        "EmbeddingPipeline",
        ["ClickHouseHTTP", "CurlHTTP", "ServiceKit", lifecycle, tracing, logging, metrics],
        resources: [.embedInCode("Statements")]
    ),
]

/// What the other products are made of, tests, and what tests start.
let otherTargets: [Target] = [
    service(
        "TelemetryLoad",
        ["LoadEngine", "SeededRandom", "OTLP", "CurlHTTP", "GRPC", argumentParser, lifecycle, signals, logging]
    ),
    service(
        "GroundTruth",
        ["RunJournal", "ClickHouseHTTP", argumentParser, yams],
        resources: [.embedInCode("Incidents/Definitions"), .embedInCode("Diagnosis/Rules")]
    ),
    service(
        "FaultlineMCP",
        [
            "ClickHouseHTTP", "CurlHTTP", "HTTPCore", "RunJournal", "ServiceKit", "TextCoding", argumentParser,
            deque,
            httpTypes, lifecycle, logging, signals,
        ]
    ),

    .executableTarget(
        name: "TraceContextExample",
        dependencies: [
            "HTTPCore", "OTelSDK", httpTypes, argumentParser, logging, metrics, tracing, lifecycle, signals,
        ],
        path: "Examples/TraceContextExample",
        swiftSettings: strict
    ),

    // Programs that tests start, and that end with them.
    .target(name: "ChildProcess", path: "Tests/ChildProcess", swiftSettings: strict),
    // Counts allocations for the tests and for the benchmarks.
    .target(name: "CAllocationCounter", path: "Benchmarks/Sources/CAllocationCounter"),
    tests("Deadlines"),
    // A server that keeps to no protocol.
    .target(name: "RawServer", path: "Tests/RawServer", swiftSettings: strict),
    tests(
        "HTTPCore",
        ["CAllocationCounter", "CurlHTTP", "Deadlines", "RawServer", httpTypes, lifecycle, signals, logging]
    ),
    tests("OTLP", ["ChildProcess"], exclude: ["python"]),
    tests("Gzip"),
    tests("GRPC"),
    tests("Zstandard"),
    tests("TextCoding"),
    tests("SeededRandom"),
    tests("ClickHouseHTTP", ["CurlHTTP", "EmbeddedClickHouse", "HTTPCore", httpTypes]),
    tests("LinearRegex", ["SeededRandom"]),
    tests("PromQL", ["ChildProcess", "CurlHTTP", "SeededRandom", "TextCoding"], exclude: ["Expressions"]),
    tests("LogQL", ["LinearRegex", "PromQL", "SeededRandom"], exclude: ["Expressions"]),
    tests("TraceQL", ["SeededRandom"]),
    tests("CurlHTTP", ["ChildProcess", "HTTPCore", httpTypes]),
    tests(
        "OTelSDK",
        [
            "ChildProcess", "CurlHTTP", "GRPC", "OTLP", "Gzip", "HTTPCore", httpTypes, tracing, logging,
            coreMetrics, lifecycle,
        ],
        exclude: ["python"]
    ),
    tests(
        "SQLitePool",
        ["Deadlines", grdb, sqlite, tracing, logging, coreMetrics, inMemoryTracing, metricsTestKit]
    ),
    tests("ServiceDatabase", ["ServiceKit", "SQLitePool", httpTypes, logging]),
    tests(
        "ServiceKit",
        ["ChildProcess", "Deadlines", "HTTPCore", "OTelSDK", "OTLP", httpTypes, tracing, logging, metrics]
    ),
    tests("MessageStream", [inMemoryTracing, tracing, logging, lifecycle]),
    // The real server for tests that ask it.
    .target(
        name: "RedisServer",
        dependencies: ["ChildProcess"],
        path: "Tests/RedisServer",
        swiftSettings: strict
    ),
    tests(
        "RedisStreams",
        [
            "Deadlines", "MessageStream", "RawServer", "RedisServer", "SeededRandom", "ServiceKit", inMemoryTracing,
            logging, tracing,
        ]
    ),
    tests(
        "InventoryService",
        [
            "Deadlines", "MessageStream", "HTTPCore", "RedisServer", "RedisStreams", "ServiceKit", "SQLitePool",
            "TextCoding", grdb, httpTypes, logging,
        ]
    ),
    tests("PaymentService", ["Deadlines", "HTTPCore", "ServiceKit", "SQLitePool", grdb, httpTypes, logging]),
    tests(
        "SampleApp",
        [
            "Deadlines", "InventoryService", "MessageStream", "PaymentService", "HTTPCore", "ServiceKit",
            "SQLitePool", grdb, httpTypes, inMemoryTracing, lifecycle, logging, metrics, metricsTestKit, tracing,
        ]
    ),
    tests("RunJournal"),
    tests("LoadEngine"),
    tests("ShopStories", ["LoadEngine", "RunJournal", "ServiceKit", "HTTPCore", httpTypes]),
    tests(
        "DataGenerator",
        ["LoadEngine", "ShopStories", "RunJournal", "ServiceKit", "HTTPCore", argumentParser, httpTypes]
    ),
    // The real engine for tests that ask it.
    .target(
        name: "EmbeddedClickHouse",
        dependencies: ["ChildProcess", "HTTPCore", httpTypes],
        path: "Tests/EmbeddedClickHouse",
        swiftSettings: strict
    ),
    tests("EmbeddingPipeline", ["ServiceKit"]),
    tests("TelemetryLoad", ["LoadEngine", "OTLP", "CurlHTTP", "HTTPCore", argumentParser, httpTypes]),
    tests("GroundTruth", ["RunJournal", "CurlHTTP", "ClickHouseHTTP", "EmbeddedClickHouse", argumentParser, yams]),
    tests("FaultlineMCP", ["ClickHouseHTTP", "HTTPCore", "ServiceKit", argumentParser, httpTypes]),
    tests(
        "Collector",
        [
            "CChecksum", "ChildProcess", "ServiceKit", "GRPC", "HTTPCore", "OTelSDK", "OTLP", "CurlHTTP",
            "ClickHouseHTTP",
            "EmbeddedClickHouse", "Gzip", "SeededRandom",
            "Zstandard",
            httpTypes, lifecycle, signals, logging,
        ]
    ),
    tests(
        "QueryAPI",
        [
            "ChildProcess", "ClickHouseHTTP", "CurlHTTP", "EmbeddedClickHouse", "Gzip", "HTTPCore", "OTLP",
            "PromQL", "ServiceKit", "TextCoding", "TraceQL", httpTypes, lifecycle, logging,
        ]
    ),
    .testTarget(
        name: "SystemTests",
        dependencies: ["ChildProcess", "HTTPCore", "RedisServer", grdb, httpTypes],
        path: "Tests/SystemTests",
        swiftSettings: strict
    ),
]

/// The first `./demo up` builds nothing else, and takes an eighth less time for it.
let suiteOnly = Context.environment["FAULTLINE_SUITE_ONLY"] != nil

let package = Package(
    name: "faultline",
    platforms: [.macOS(.v15)],
    products: suiteProducts + (suiteOnly ? [] : otherProducts),
    dependencies: [
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", exact: "1.7.3"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: suiteTargets + (suiteOnly ? [] : otherTargets)
)
