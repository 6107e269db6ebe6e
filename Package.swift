// swift-tools-version: 6.2
import PackageDescription

// Read top-down: imports only ever go down the floors (Tests/ArchitectureTests holds it).
// No package dependency: Foundation, Dispatch, Synchronization and Testing come with the toolchain,
// C libraries from Debian's -dev packages (docs/decisions/0001-c-libraries.md says why each).

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A module map over one of Debian's -dev packages.
func system(_ name: String, _ pkgConfig: String, apt: String) -> Target {
  .systemLibrary(name: name, path: "Sources/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func module(_ name: String, _ imports: [String] = [], path: String? = nil) -> Target {
  .target(
    name: name, dependencies: imports.map { .byName(name: $0) }, path: path ?? "Sources/\(name)",
    swiftSettings: strict)
}

/// A provider, or the ground providers share.
func plugin(_ name: String, _ imports: [String]) -> Target { module(name, imports, path: "Plugins/\(name)") }

func root(_ name: String, _ imports: [String]) -> Target {
  .executableTarget(
    name: name, dependencies: imports.map { .byName(name: $0) }, path: "Sources/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ imports: [String], resources: [Resource] = []) -> Target {
  .testTarget(
    name: name, dependencies: imports.map { .byName(name: $0) }, path: "Tests/\(name)", resources: resources,
    swiftSettings: strict)
}

let cLibraries: [Target] = [
  system("COpenSSL", "openssl", apt: "libssl-dev"),
  system("CSQLite", "sqlite3", apt: "libsqlite3-dev"),
  system("CYAML", "yaml-0.1", apt: "libyaml-dev"),
  system("CZlib", "zlib", apt: "zlib1g-dev"),
  system("CDeflate", "libdeflate", apt: "libdeflate-dev"),
  system("CExpat", "expat", apt: "libexpat1-dev"),
  // libarchive (libarchive-dev), loaded on first use.
  .target(
    name: "CArchive", path: "Sources/CArchive",
    cSettings: [.treatAllWarnings(as: .error), .enableWarning("all"), .enableWarning("extra")]),
  // libcurl (libcurl4-openssl-dev), loaded on first use.
  .target(
    name: "CCurl", path: "Sources/CCurl",
    cSettings: [.treatAllWarnings(as: .error), .enableWarning("all"), .enableWarning("extra")]),
  // What Swift cannot import: _GNU_SOURCE calls, variadics, macros.
  .target(
    name: "CSupport", path: "Sources/CSupport",
    cSettings: [.treatAllWarnings(as: .error), .enableWarning("all"), .enableWarning("extra")]),
]

let tools: [Target] = [
  // Secrets, atomic files, locks, clocks, byte sizes and durations, JSON values.
  module("Basics"),
  // A tree of values that know where they stood in their file, and the diagnostics that point there.
  module("Documents", ["Basics"]),
  // When to try again, and how long to wait first.
  module("Retrying", ["Basics"]),
  // Starts a child process, streams its output, always reaps it.
  module("Subprocessing", ["Basics", "CSupport"]),
  // HTTP messages, and the one protocol that sends them.
  module("HTTPTransport", ["Basics"]),
  // HTTP/1.1 over sockets, libssl for TLS: the transport of the agent and of engine sockets.
  module("HTTPDirect", ["HTTPTransport", "Basics", "COpenSSL", "CSupport"]),
  // HTTP/1.1 and HTTP/2 over libcurl: the transport of the command line.
  module("HTTPClient", ["HTTPTransport", "Basics", "CCurl"]),
  // Digests over OpenSSL, checksums over libdeflate and zlib.
  module("Cryptography", ["COpenSSL", "CDeflate", "CZlib"]),
  module("YAML", ["Documents", "CYAML"]),
  module("TOML", ["Documents"]),
  // The tree of an XML answer.
  module("XML", ["CExpat"]),
  // Typed statements and transactions.
  module("SQLite", ["Basics", "CSQLite"]),
  // tar.gz in and out, refusing what would escape its folder.
  module("Archiving", ["Basics", "Cryptography", "CArchive"]),
  // Which paths an ignore file leaves out, as gitignore(5) reads it.
  module("Ignoring"),
  // Unpacks a tar.gz with zlib alone: what the static agent can.
  module("Unpacking", ["Basics", "CZlib"]),
  // Declares, parses, documents and completes commands.
  module("CommandLineKit", ["Basics"]),
  // Tables, charts, progress, colour.
  module("TerminalUI"),
]

let language: [Target] = [
  // Runs, needs, offers, resources, money: values; no clock, no disk, no network.
  module("TrainingModel", ["Basics"]),
  // Decides what may be destroyed; the only issuer of permits.
  module("SafeCleanup", ["TrainingModel"]),
  // What a provider promises and may touch.
  module("ProviderKit", ["TrainingModel", "SafeCleanup", "Retrying", "Basics"]),
  // What runpilot and a provider in another process say to each other.
  module("PluginProtocol", ["ProviderKit", "SafeCleanup", "TrainingModel", "Basics"]),
  // RunService: what a command may ask of the engine, near or far.
  module("ControlAPI", ["TrainingModel", "Basics"]),
]

let engine: [Target] = [
  // Files, environment and flags to one resolved, typed configuration that knows where each value came from.
  module("Configuration", ["ProviderKit", "TrainingModel", "YAML", "TOML", "Documents", "Cryptography", "Basics"]),
  // Run folders, their index, archives of them.
  module("RunStore", ["TrainingModel", "SQLite", "Archiving", "Basics"]),
  // ResourceTracker: the durable ledger of everything that may cost money, and reconciliation with what lives.
  module("ResourceTracking", ["TrainingModel", "SQLite", "Cryptography", "Basics", "CSupport"]),
  // What the ledger says in money: sums, projections, budgets, files for others.
  module("CostReporting", ["TrainingModel", "Basics"]),
  // The code of a run as one archive: what git would take, never a secret.
  module("Bundling", ["Archiving", "Ignoring", "Cryptography", "Basics"]),
  // Reads a run folder as it grows: state, log bytes from an offset, metrics.
  module("RunFollowing", ["ProviderKit", "TrainingModel", "Cryptography", "Subprocessing", "Basics", "CSupport"]),
  // What runs beside the training script.
  module("RunAgent", ["ProviderKit", "TrainingModel", "Cryptography", "Retrying", "Subprocessing", "Basics", "CSupport"]),
  // A provider whose other end is another process.
  module(
    "PluginHost",
    ["PluginProtocol", "ControlAPI", "ProviderKit", "SafeCleanup", "TrainingModel", "Cryptography", "Subprocessing", "Basics", "CSupport"]),
  // The other end, for providers that are compiled in.
  module("PluginServing", ["PluginProtocol", "ProviderKit", "SafeCleanup", "TrainingModel", "Basics"]),
  // Holds a plugin against what every provider promises.
  module(
    "PluginConformance", ["PluginHost", "PluginProtocol", "ControlAPI", "ProviderKit", "SafeCleanup", "TrainingModel", "Basics"]),
  // Carries a run from request to its end, over ProviderRegistry.
  module(
    "Orchestration",
    [
      "ControlAPI", "ProviderKit", "SafeCleanup", "RunStore", "ResourceTracking", "CostReporting", "Bundling", "RunFollowing", "RunAgent",
      "Cryptography",
      "Subprocessing",
      "TrainingModel", "Basics",
    ]),
]

let surfaces: [Target] = [
  // One folder a noun, one file a command.
  module("RunPilotCLI", ["CostReporting", "ControlAPI", "TrainingModel", "CommandLineKit", "TerminalUI", "Basics"])
]

let plugins: [Target] = [
  // The engine's REST API over its socket, and the container executor of the agent.
  plugin("DockerSupport", ["RunAgent", "ProviderKit", "TrainingModel", "HTTPTransport", "HTTPDirect", "Subprocessing", "Basics"]),
  // What AWS asks of everybody: who one is, where its services are, how they are asked.
  plugin("AWSSupport", ["RunAgent", "ProviderKit", "Retrying", "HTTPTransport", "XML", "Cryptography", "Subprocessing", "Basics"]),
  // What RunPod asks of everybody: its API and its quota, and how a pod ends itself.
  plugin("RunPodSupport", ["ProviderKit", "Retrying", "HTTPTransport", "Basics"]),
  // An object store in a folder: a mailbox on a file system that both sides see.
  plugin("FolderStorage", ["ProviderKit", "Subprocessing", "Basics", "CSupport"]),
  // Objects in buckets, and the storage commands over them.
  plugin(
    "S3Storage", ["AWSSupport", "ControlAPI", "ProviderKit", "Retrying", "Ignoring", "Basics"]),
  plugin("LocalProvider", ["ProviderKit", "SafeCleanup", "TrainingModel", "Subprocessing", "Basics"]),
  plugin("DockerProvider", ["DockerSupport", "ProviderKit", "SafeCleanup", "TrainingModel"]),
  plugin(
    "NvidiaDockerProvider",
    ["DockerSupport", "ProviderKit", "SafeCleanup", "TrainingModel", "Subprocessing"]),
  plugin(
    "EC2Provider",
    [
      "AWSSupport", "ProviderKit", "SafeCleanup", "TrainingModel", "HTTPTransport", "HTTPClient", "XML", "Retrying", "Basics",
    ]),
  plugin(
    "RunPodProvider",
    ["RunPodSupport", "ProviderKit", "SafeCleanup", "TrainingModel", "HTTPTransport", "HTTPClient", "Cryptography", "Retrying", "Basics"]),
  plugin(
    "LyceumProvider",
    ["ProviderKit", "SafeCleanup", "TrainingModel", "HTTPTransport", "HTTPClient", "Subprocessing", "Retrying", "Basics", "CSupport"]),
  plugin(
    "SlurmProvider",
    ["ProviderKit", "SafeCleanup", "TrainingModel", "HTTPTransport", "HTTPClient", "Subprocessing", "Retrying", "Basics"]),
  // The one list of what ships in the box.
  plugin(
    "BuiltinProviders",
    [
      "LocalProvider", "DockerProvider", "NvidiaDockerProvider", "EC2Provider", "RunPodProvider", "LyceumProvider", "SlurmProvider",
      "ProviderKit",
    ]),
]

let roots: [Target] = [
  root(
    "runpilot",
    [
      "RunPilotCLI", "Orchestration", "PluginHost", "PluginServing", "PluginConformance", "Configuration", "RunStore", "ResourceTracking",
      "Bundling",
      "ControlAPI",
      "AWSSupport",
      "S3Storage", "DockerSupport", "FolderStorage", "HTTPClient", "HTTPDirect", "HTTPTransport", "Retrying", "ProviderKit",
      "BuiltinProviders", "TrainingModel", "Cryptography", "Basics", "CSupport",
    ]),
  // A fully static executable: carries no provider, runs on any Linux.
  root(
    "runpilot-agent",
    [
      "RunAgent", "DockerSupport", "AWSSupport", "RunPodSupport", "FolderStorage", "ProviderKit", "Retrying", "TrainingModel", "Unpacking",
      "HTTPDirect", "Subprocessing",
      "Basics", "CSupport",
    ]),
]

let testTargets: [Target] = [
  // What tests share: a home of their own, the built binaries, the real engines.
  .target(
    name: "RunPilotTesting", dependencies: ["ProviderKit", "HTTPDirect", "HTTPTransport", "Subprocessing", "TrainingModel", "Basics"],
    path: "Tests/RunPilotTesting", swiftSettings: strict),
  tests("ArchitectureTests", []),
  tests("BasicsTests", ["Basics"]),
  tests("DocumentsTests", ["YAML", "TOML", "Documents", "Subprocessing", "Basics", "RunPilotTesting"], resources: [.copy("Vectors")]),
  tests("RetryingTests", ["Retrying"]),
  tests("CryptographyTests", ["Cryptography", "Basics"]),
  tests("XMLTests", ["XML"]),
  tests("SubprocessingTests", ["Subprocessing", "Basics"]),
  // Whether the services that other tests believe check what they claim.
  tests("EngineTests", ["RunPilotTesting", "Subprocessing", "Basics"]),
  tests("HTTPDirectTests", ["HTTPDirect", "HTTPTransport", "RunPilotTesting", "Basics"]),
  // What both transports promise is tried on both.
  tests("HTTPClientTests", ["HTTPClient", "HTTPDirect", "HTTPTransport", "RunPilotTesting", "Subprocessing", "Basics"]),
  tests("ArchivingTests", ["Archiving", "Cryptography", "SQLite", "Basics", "RunPilotTesting"]),
  tests(
    "CommandLineTests",
    ["RunPilotCLI", "CostReporting", "ControlAPI", "TrainingModel", "CommandLineKit", "TerminalUI", "Basics"],
    resources: [.copy("Snapshots")]),
  tests("ModelTests", ["TrainingModel", "SafeCleanup", "ProviderKit", "Basics"]),
  tests(
    "AWSSupportTests",
    [
      "AWSSupport", "RunAgent", "ProviderKit", "HTTPTransport", "HTTPDirect", "XML", "Cryptography", "RunPilotTesting", "Subprocessing",
      "Basics",
    ], resources: [.copy("Vectors")]),
  tests(
    "S3Tests", ["AWSSupport", "ProviderKit", "HTTPDirect", "HTTPTransport", "Retrying", "Cryptography", "Basics", "RunPilotTesting"]),
  tests(
    "S3StorageTests",
    [
      "S3Storage", "AWSSupport", "ControlAPI", "ProviderKit", "HTTPDirect", "HTTPTransport", "Subprocessing", "Retrying", "Basics",
      "RunPilotTesting",
    ]),
  tests(
    "EC2ProviderTests",
    ["EC2Provider", "AWSSupport", "ProviderKit", "TrainingModel", "HTTPDirect", "XML", "Retrying", "Basics", "RunPilotTesting"]),
  tests(
    "SlurmProviderTests",
    ["SlurmProvider", "ProviderKit", "TrainingModel", "HTTPTransport", "Retrying", "Basics", "RunPilotTesting"]),
  tests(
    "RunPodProviderTests",
    [
      "RunPodProvider", "RunPodSupport", "ProviderKit", "SafeCleanup", "TrainingModel", "HTTPDirect", "HTTPTransport", "Retrying", "Basics",
      "RunPilotTesting",
    ]),
  tests(
    "LyceumProviderTests",
    ["LyceumProvider", "ProviderKit", "TrainingModel", "HTTPDirect", "HTTPTransport", "Retrying", "Basics", "RunPilotTesting"],
    resources: [.copy("Vectors")]),
  tests(
    "ConfigurationTests",
    [
      "BuiltinProviders", "Configuration", "ProviderKit", "TrainingModel", "Documents", "YAML", "Subprocessing", "Basics",
      "RunPilotTesting",
    ]),
  tests("RunStoreTests", ["RunStore", "Archiving", "TrainingModel", "SQLite", "Basics", "RunPilotTesting"]),
  tests("ResourceTrackingTests", ["ResourceTracking", "TrainingModel", "SQLite", "Basics", "RunPilotTesting"]),
  tests("CostReportingTests", ["CostReporting", "TrainingModel", "Basics", "RunPilotTesting"]),
  tests("BundlingTests", ["Bundling", "Archiving", "Unpacking", "Basics", "RunPilotTesting"]),
  tests(
    "RunFollowingTests", ["RunFollowing", "FolderStorage", "ProviderKit", "TrainingModel", "Cryptography", "Basics", "RunPilotTesting"]),
  tests(
    "RunAgentTests",
    [
      "RunAgent", "Unpacking", "Bundling", "FolderStorage", "LocalProvider", "ProviderKit", "RunFollowing", "RunStore", "TrainingModel",
      "Subprocessing",
      "Basics", "RunPilotTesting",
    ]),
  tests(
    "DockerTests",
    [
      "DockerSupport", "DockerProvider", "NvidiaDockerProvider", "RunAgent", "ProviderKit", "SafeCleanup", "TrainingModel", "HTTPDirect",
      "HTTPTransport", "Subprocessing", "Basics", "RunPilotTesting",
    ], resources: [.copy("Vectors")]),
  tests(
    "ProviderContractTests",
    [
      "BuiltinProviders", "PluginHost", "ProviderKit", "SafeCleanup", "Orchestration", "RunStore", "TrainingModel", "Basics",
      "RunPilotTesting",
    ], resources: [.copy("wiretap.py")]),
  tests(
    "PluginConformanceTests",
    [
      "PluginConformance", "PluginHost", "Orchestration", "RunStore", "ControlAPI", "ProviderKit", "TrainingModel", "Subprocessing",
      "Basics",
      "RunPilotTesting",
    ]),
  tests(
    "PluginHostTests",
    [
      "PluginHost", "PluginProtocol", "ProviderKit", "SafeCleanup", "TrainingModel", "Cryptography", "Subprocessing", "Basics",
      "RunPilotTesting",
    ]),
  tests(
    "OrchestrationTests",
    [
      "Orchestration", "ResourceTracking", "CostReporting", "Bundling", "ControlAPI", "ProviderKit", "SafeCleanup", "Configuration",
      "RunStore",
      "TrainingModel", "Basics",
      "RunPilotTesting",
    ]),
  tests("EndToEndTests", ["RunPilotTesting", "TrainingModel", "Subprocessing", "Basics"]),
]

// What benchmarks measure that no command does by itself.
let measures: [Target] = [
  .executableTarget(
    name: "sigv4-speed", dependencies: ["AWSSupport", "HTTPTransport", "Basics"], path: "dev/bench/sigv4-speed", swiftSettings: strict)
]

let package = Package(
  name: "runpilot",
  products: [
    .executable(name: "runpilot", targets: ["runpilot"]),
    .executable(name: "runpilot-agent", targets: ["runpilot-agent"]),
  ],
  targets: cLibraries + tools + language + engine + surfaces + plugins + roots + measures + testTargets,
  swiftLanguageModes: [.v6]
)
