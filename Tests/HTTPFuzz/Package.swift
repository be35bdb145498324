// swift-tools-version: 6.2
import PackageDescription

/// libFuzzer reads counters and a table of places, which the compiler only writes when LLVM is asked for them by name.
let coverage = [
    "-sanitize=fuzzer", "-sanitize-coverage=edge,trace-cmp", "-parse-as-library",
    "-Xllvm", "-sanitizer-coverage-inline-8bit-counters=1", "-Xllvm", "-sanitizer-coverage-pc-table=1",
]

// A package of its own: its flags instrument every line, and need a toolchain with libFuzzer. The parser is compiled into
// it by a symbolic link, which it can be because it knows neither sockets nor clocks.
let package = Package(
    name: "http-fuzz",
    dependencies: [
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0")
    ],
    targets: [
        .target(name: "CCoverage"),
        .executableTarget(
            name: "HTTPFuzz",
            dependencies: ["CCoverage", .product(name: "HTTPTypes", package: "swift-http-types")],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .enableUpcomingFeature("ExistentialAny"),
                .unsafeFlags(coverage),
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
