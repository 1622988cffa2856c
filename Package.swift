// swift-tools-version: 6.2
import PackageDescription

/// Swift 6 mode, warnings are errors, imports stay internal and are spelled where they are used.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A C library behind one module: its shim and the name it is linked by.
func library(_ name: String, _ linked: String...) -> Target {
    .target(name: name, cSettings: optimised, linkerSettings: linked.map { .linkedLibrary($0) })
}

/// Kernels compiled without optimisation are thirty times slower, which would make a debug build useless.
let optimised: [CSetting] = [.unsafeFlags(["-O2"])]

func module(_ name: String, _ dependencies: Target.Dependency..., plugins: [Target.PluginUsage] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict, plugins: plugins)
}

func tests(_ subject: String, _ others: Target.Dependency...) -> Target {
    .testTarget(
        name: "\(subject)Tests", dependencies: [.byName(name: subject)] + others,
        resources: [.copy("Goldens")], swiftSettings: strict)
}

let package = Package(
    name: "silhouette",
    products: [.executable(name: "silhouette", targets: ["silhouette"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        library("COneDNN", "dnnl", "gomp"),
        library("COpenBLAS", "openblas"),
        library("COpenSSL", "crypto", "ssl"),
        library("CNghttp2", "nghttp2"),
        library("CCurl", "curl"),
        library("CJPEG", "jpeg"),
        library("CPNG", "png"),
        library("CWebP", "webp", "webpdemux"),
        .target(name: "CKernels", cSettings: optimised),
        .target(name: "CEpoll", cSettings: optimised),
        module("Tensors", "COneDNN", "COpenBLAS", "COpenSSL", "CKernels"),
        module("Imaging", "Tensors", "CJPEG", "CPNG", "CWebP"),
        module("Encoders", "Tensors"),
        module("Spectral", "Tensors"),
        module("Segmentation", "CCurl", "Encoders", "Imaging", "Spectral", "Tensors"),
        module("HTTPTransport", "CEpoll", "CNghttp2", "COpenSSL"),
        .executableTarget(
            name: "DocumentEmbedder", dependencies: [.product(name: "Yams", package: "Yams")], swiftSettings: strict),
        .plugin(name: "EmbedDocument", capability: .buildTool(), dependencies: ["DocumentEmbedder"]),
        module(
            "SegmentationService", "HTTPTransport", "Segmentation", "Encoders", "Imaging", "Tensors",
            plugins: ["EmbedDocument"]),
        .executableTarget(
            name: "silhouette",
            dependencies: [
                "SegmentationService", "HTTPTransport", "Segmentation", "Encoders", "Imaging", "Spectral", "Tensors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            resources: [.copy("Resources/silhouette-starter"), .copy("Resources/recipes")],
            swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: ["CTLSClient", "Tensors"], path: "Tests/TestSupport",
            swiftSettings: strict),
        tests("Tensors", "CKernels", "TestSupport"),
        tests("Imaging", "Tensors", "TestSupport"),
        tests("Encoders", "Imaging", "Segmentation", "Tensors", "TestSupport"),
        tests("Spectral", "Tensors", "TestSupport"),
        .target(name: "CTLSClient", dependencies: ["COpenSSL"], path: "Tests/CTLSClient"),
        tests(
            "Segmentation", "CTLSClient", "Encoders", "HTTPTransport", "Imaging", "Spectral", "Tensors", "TestSupport"),
        .testTarget(
            name: "HTTPTransportTests", dependencies: ["HTTPTransport", "CNghttp2", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SegmentationServiceTests",
            dependencies: [
                "SegmentationService", "HTTPTransport", "Segmentation", "Encoders", "Imaging", "Tensors", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "silhouette", "SegmentationService", "HTTPTransport", "Segmentation", "Imaging", "Tensors",
                "TestSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
    ]
)

/// What `deploy/fuzz.sh` builds, with compiler flags of its own; libFuzzer brings the `main`.
if Context.environment["FUZZ"] != nil {
    package.targets.append(
        .target(
            name: "FuzzTargets",
            dependencies: [
                "SegmentationService", "HTTPTransport", "Segmentation", "Imaging", "Tensors", "TestSupport",
            ],
            path: "Tests/Fuzz/Targets", swiftSettings: strict))
    let libFuzzer: [LinkerSetting] = [.unsafeFlags(["-sanitize=fuzzer"])]
    package.targets.append(
        Target.executableTarget(
            name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Main", linkerSettings: libFuzzer))
}

/// What `deploy/sanitize.sh thread` runs with: locks that the sanitizer sees.
if Context.environment["TSAN"] != nil {
    package.targets.append(.target(name: "CVisibleMutex", path: "Tests/CVisibleMutex"))
    package.targets.first { $0.name == "TestSupport" }?.dependencies.append("CVisibleMutex")
}
