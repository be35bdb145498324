// swift-tools-version: 6.2
import PackageDescription

// A package of its own: its flags instrument every line, and need a toolchain with libFuzzer. The parsers and the HTTP/2
// session are compiled into it by symbolic links, which they can be because they know neither sockets nor clocks.

/// A fuzz target, linked into a program of its own.
func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name,
        dependencies: dependencies + ["CCoverage", .product(name: "HTTPTypes", package: "swift-http-types")],
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
    )
}

let package = Package(
    name: "http-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0")
    ],
    targets: [
        .target(name: "CCoverage"),
        .target(name: "TextCoding"),
        .target(name: "CNGHTTP2", linkerSettings: [.linkedLibrary("nghttp2")]),
        fuzzer("HTTPFuzz", ["TextCoding"]),
        fuzzer("HTTP2Fuzz", ["CNGHTTP2", "TextCoding"]),
    ]
)
