import Basics
import CommandLineKit
import ControlAPI

/// `runpilot storage delete`.
struct StorageDelete: Command {
  static let name = "delete"
  static let aliases = ["rm"]
  static let summary = "Delete objects"
  static let examples = [
    Example("runpilot storage delete s3://bucket/old.pt", "One, after asking"),
    Example("runpilot storage delete s3://bucket/run-7/ --recursive --dry-run", "See what would go"),
  ]
  static let exitCodes = [ExitNote(.notFound, "there is nothing there; nothing was deleted")]
  static let fields: [Field<Self>] =
    [
      .arguments("address", \.addresses, "What goes, such as s3://bucket/key"),
      .flag("recursive", \.recursive, "Everything below, too", short: "r"),
      .flag("dry-run", \.dryRun, "Only say what would be done", short: "n"),
      .flag("yes", \.yes, "Do not ask", short: "y"),
    ] + StorageOptions.fields.within(\.options) + OutputOptions.fields.within(\.output)

  var addresses: [StorageURL] = []
  var recursive = false
  var dryRun = false
  var yes = false
  var options = StorageOptions()
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let service = try await world.storage(options.store)
    let plan = try await service.planDeletion(addresses, recursive: recursive)
    return try await StorageJob(service: service, world: world, dryRun: dryRun, yes: yes, output: output).run(plan)
  }
}

/// `runpilot storage cleanup`.
struct StorageCleanup: Command {
  static let name = "cleanup"
  static let summary = "Keep the newest objects below a prefix and delete the others"
  static let discussion = """
    What stands directly below the prefix is counted: an object, or a folder with all that is in it, which is as new as its newest object. \
    What has no date stays.
    """
  static let examples = [
    Example("runpilot storage cleanup s3://bucket/checkpoints --keep-last-n 3", "Keep three checkpoints")
  ]
  static let fields: [Field<Self>] =
    [
      .argument("address", \.address, "The prefix, such as s3://bucket/checkpoints"),
      .option("keep-last-n", \.keep, "How many stay", aliases: ["keep-last"], value: "n"),
      .flag("dry-run", \.dryRun, "Only say what would be done", short: "n"),
      .flag("yes", \.yes, "Do not ask", short: "y"),
    ] + StorageOptions.fields.within(\.options) + OutputOptions.fields.within(\.output)

  var address = StorageURL(bucket: "", key: "")
  var keep: Count?
  var dryRun = false
  var yes = false
  var options = StorageOptions()
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    guard let keep, keep.number > 0 else { throw NothingToKeep(address: address) }
    let service = try await world.storage(options.store)
    let plan = try await service.planCleanup(address, keeping: keep.number)
    return try await StorageJob(service: service, world: world, dryRun: dryRun, yes: yes, output: output).run(plan)
  }
}

/// A clean-up that does not say what stays.
struct NothingToKeep: ExitCoded, Equatable {
  let address: StorageURL
  var message: String { "say how many stay, at least one" }
  var hints: [String] {
    [
      "`runpilot storage cleanup \(address) --keep-last-n 3`",
      "to delete everything: `runpilot storage delete --recursive \(address)`",
    ]
  }
  var exitCode: ExitCode { .usage }
}
