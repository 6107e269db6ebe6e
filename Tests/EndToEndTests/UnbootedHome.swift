import Basics
import FoundationEssentials
import RunPilotTesting
import TrainingModel

/// One home of a stage.
struct UnbootedHome: Sendable {
  let stage: UnbootedStage
  let path: String

  func run(_ words: String...) async throws -> Program.Result { try await stage.run(words, in: path) }
  func run(_ words: [String]) async throws -> Program.Result { try await stage.run(words, in: path) }

  /// Runs a command that is killed at a point.
  /// - Returns: how it ended, and what it did until then, a line for each.
  func run(_ words: [String], killedAt point: KillPoint?) async throws -> (end: Program.Result, done: [String]) {
    let log = path + "-log"
    try? Files.remove(log)
    let end = try await stage.run(words, in: path, stage.killing(point, log: log))
    return (end, Files.exists(log) ? try Files.readText(log).split(separator: "\n").map(String.init) : [])
  }

  /// The random id in the tags of what it rents.
  var installation: String? { try? Files.readText(path + "/installation").trimmed() }

  /// The cloud's machines with a home's tags.
  func machines(of installation: String?) async throws -> [JSONValue] {
    try await stage.account.machines().filter { $0["tags"]?["runpilot:installation"]?.stringValue == installation && installation != nil }
  }

  /// Those of them that cost.
  func live() async throws -> [String] {
    try await machines(of: installation).filter { ["pending", "running"].contains($0["state"]?.stringValue) }.compactMap {
      $0["id"]?.stringValue
    }
  }

  /// What `resources list` shows.
  func resources(_ words: String...) async throws -> [JSONValue] {
    let listed = try await run(["resources", "list", "--json"] + words)
    guard [0, 3].contains(listed.exitCode) else { throw StageFailure(description: "resources list: \(listed.exitCode) \(listed.stderr)") }
    return try JSON.decode(JSONValue.self, from: listed.stdoutBytes)["resources"]?.arrayValue ?? []
  }

  /// Launches a run whose machine never boots, and writes its end into its mailbox as its agent would.
  func finishedRun() async throws {
    let launched = try await run("run", "job.yaml", "--provider", "aws", "--detach", "-q")
    guard launched.exitCode == 0 else { throw StageFailure(description: launched.stderr) }
    var record = try JSON.decode(RunRecord.self, from: try Files.read(path + "/runs/rp_0001/run.json"))
    guard let facts = record.rental else { throw StageFailure(description: "nothing was rented") }
    (record.status, record.reason, record.exitCode, record.finishedAt) = (.success, .exited, 0, Date())
    let manifest = MailboxManifest(log: .init(bytes: 5, sha256: Self.doneDigest), outputs: [:])
    let folder = path + "-mailbox"
    for (key, bytes) in [
      (facts.mailbox.log(at: 0), Data("done\n".utf8)), (facts.mailbox.manifest, try JSON.encode(manifest)),
      (facts.mailbox.record, try JSON.encode(record)),
    ] {
      let file = folder + "/" + key.dropFirst(facts.mailbox.base.count)
      try Files.createFolder(Paths.parent(of: file))
      try Files.writeAtomically(Array(bytes), to: file)
    }
    let sent = try await run("storage", "upload", folder, "s3://\(facts.store.bucket)/\(facts.mailbox.base)")
    guard sent.exitCode == 0 else { throw StageFailure(description: sent.stderr) }
  }

  /// SHA-256 of `done` and a line's end.
  private static let doneDigest = "d117fa006ba9208500b2930ce69cbde436c647afa917cb7396a9bc9111a46dd2"
}
