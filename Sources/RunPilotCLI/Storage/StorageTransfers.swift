import Basics
import CommandLineKit
import ControlAPI

/// `runpilot storage upload`.
struct StorageUpload: Command {
  static let name = "upload"
  static let summary = "Copy a file or a folder into a bucket"
  static let discussion = """
    Large files go in parallel parts; an upload that was interrupted goes on where it stood. Every byte is proved by a checksum. Of a folder, \
    what its .runpilotignore files name is left out.
    """
  static let examples = [
    Example("runpilot storage upload model.pt s3://bucket/models/", "Under its own name"),
    Example("runpilot storage upload outputs s3://bucket/run-7", "A folder"),
  ]
  static let exitCodes = [ExitNote(.partial, "some files were not copied")]
  static let fields: [Field<Self>] =
    [
      .argument("path", \.path, "The file or folder", completion: .files([])),
      .argument("address", \.address, "Where to, such as s3://bucket/key"),
      .options("exclude", \.exclude, "Leave out what this pattern of gitignore(5) matches", value: "pattern"),
      .flag("dry-run", \.dryRun, "Only say what would be done", short: "n"),
    ] + StorageOptions.fields.within(\.options) + OutputOptions.fields.within(\.output)

  var path = ""
  var address = StorageURL(bucket: "", key: "")
  var exclude: [String] = []
  var dryRun = false
  var options = StorageOptions()
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let service = try await world.storage(options.store)
    let source = StoragePlace.file(Paths.resolve(path, from: world.workingDirectory, home: world.environment["HOME"]))
    let plan = try await service.plan(StorageTransfer(from: source, to: .object(address), exclude: exclude))
    return try await StorageJob(service: service, world: world, dryRun: dryRun, output: output).run(plan)
  }
}

/// `runpilot storage download`.
struct StorageDownload: Command {
  static let name = "download"
  static let summary = "Copy an object, or all below a prefix, out of a bucket"
  static let discussion = """
    A file appears only when it is whole and proved by its checksum. Large objects come in parallel pieces; a download that was interrupted goes \
    on with the pieces that came, unless the object has changed. Keys that would leave the folder are left out.
    """
  static let examples = [
    Example("runpilot storage download s3://bucket/models/model.pt", "Into the current folder"),
    Example("runpilot storage download s3://bucket/run-7/ outputs", "All below a prefix"),
  ]
  static let exitCodes = [ExitNote(.partial, "some files were not copied")]
  static let fields: [Field<Self>] =
    [
      .argument("address", \.address, "From where, such as s3://bucket/key"),
      .argument("path", \.path, "The file or folder; the current folder unless given", completion: .files([])),
      .options("exclude", \.exclude, "Leave out what this pattern of gitignore(5) matches", value: "pattern"),
      .flag("dry-run", \.dryRun, "Only say what would be done", short: "n"),
    ] + StorageOptions.fields.within(\.options) + OutputOptions.fields.within(\.output)

  var address = StorageURL(bucket: "", key: "")
  var path: String?
  var exclude: [String] = []
  var dryRun = false
  var options = StorageOptions()
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let service = try await world.storage(options.store)
    let target = StoragePlace.file(Paths.resolve(path ?? ".", from: world.workingDirectory, home: world.environment["HOME"]))
    let plan = try await service.plan(StorageTransfer(from: .object(address), to: target, exclude: exclude))
    return try await StorageJob(service: service, world: world, dryRun: dryRun, output: output).run(plan)
  }
}

/// `runpilot storage sync`.
struct StorageSync: Command {
  static let name = "sync"
  static let summary = "Make a prefix of a bucket like a folder, or a folder like a prefix"
  static let discussion = """
    Copies what is missing, has another size, or is newer at the source. What .runpilotignore files of the folder name is left alone on both \
    sides, also by --delete. Nothing is deleted when something could not be copied, and never because the source is empty.
    """
  static let examples = [
    Example("runpilot storage sync outputs s3://bucket/run-7", "Up"),
    Example("runpilot storage sync s3://bucket/run-7 outputs --delete", "Down, and delete what is not there any more"),
  ]
  static let exitCodes = [ExitNote(.partial, "some files were not copied")]
  static let fields: [Field<Self>] =
    [
      .argument("source", \.source, "A folder, or an address such as s3://bucket/prefix", completion: .folders),
      .argument("target", \.target, "The other", completion: .folders),
      .flag("delete", \.delete, "Delete what is only at the target"),
      .option("compare", \.compare, "What tells that a file has changed"),
      .options("exclude", \.exclude, "Leave alone what this pattern of gitignore(5) matches", value: "pattern"),
      .flag("dry-run", \.dryRun, "Only say what would be done", short: "n"),
      .flag("yes", \.yes, "Delete without asking", short: "y"),
    ] + StorageOptions.fields.within(\.options) + OutputOptions.fields.within(\.output)

  var source = ""
  var target = ""
  var delete = false
  var compare = SyncComparison.time
  var exclude: [String] = []
  var dryRun = false
  var yes = false
  var options = StorageOptions()
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let service = try await world.storage(options.store)
    let transfer = StorageTransfer(
      from: world.storagePlace(source), to: world.storagePlace(target), compare.comparison, deletes: delete, exclude: exclude)
    let plan = try await service.plan(transfer)
    return try await StorageJob(service: service, world: world, dryRun: dryRun, yes: yes, output: output).run(plan)
  }
}
