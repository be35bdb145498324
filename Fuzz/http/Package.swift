// swift-tools-version: 6.2
import PackageDescription

// A package of its own: its flags instrument every line, and need a toolchain with libFuzzer. The parser is compiled into
// it by a symbolic link, which it can be because it knows neither sockets nor clocks.
let package = Package(
    name: "http-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0")
    ],
    targets: [
        .target(name: "CCoverage"),
        .target(name: "TextCoding"),
        .executableTarget(
            name: "HTTPFuzz",
            dependencies: ["CCoverage", "TextCoding", .product(name: "HTTPTypes", package: "swift-http-types")],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .enableUpcomingFeature("ExistentialAny"),
                .unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"]),
            ],
            linkerSettings: [
                .unsafeFlags([
                    "-sanitize=fuzzer", "-use-ld=lld",
                    // Calls of these go to CCoverage instead of libFuzzer.
                    "-Xlinker", "--wrap=__sanitizer_cov_trace_pc_guard",
                    "-Xlinker", "--wrap=__sanitizer_cov_trace_pc_guard_init",
                ])
            ]
        ),
    ]
)
