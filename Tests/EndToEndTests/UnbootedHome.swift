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
  /// - Parameter beside: what goes on until it ends.
  /// - Returns: how it ended, and what it did until then, a line for each.
  func run(_ words: [String], killedAt point: KillPoint?, beside: (@Sendable (UnbootedHome) async throws -> Void)? = nil) async throws
    -> (end: Program.Result, done: [String])
  {
    let log = path + "-log"
    try? Files.remove(log)
    let end = try await withThrowingTaskGroup(of: Program.Result?.self) { group in
      group.addTask { try await stage.run(words, in: path, stage.killing(point, log: log)) }
      if let beside {
        group.addTask {
          try? await beside(self)
          return nil
        }
      }
      defer { group.cancelAll() }
      while let next = try await group.next() { if let next { return next } }
      throw StageFailure(description: "\(words) did not end")
    }
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

  /// Launches a run whose machine never boots.
  /// - Returns: the machine's name.
  func rentedMachine() async throws -> String {
    let launched = try await run("run", "job.yaml", "--provider", "aws", "--detach", "-q")
    guard let machine = try await machines(of: installation).first?["id"]?.stringValue else {
      throw StageFailure(description: launched.stderr)
    }
    return machine
  }

  /// Launches a run whose machine never boots, and writes its end into its mailbox as its agent would.
  func finishedRun() async throws {
    let launched = try await run("run", "job.yaml", "--provider", "aws", "--detach", "-q")
    guard launched.exitCode == 0 else { throw StageFailure(description: launched.stderr) }
    try await writeEnd { ($0.status, $0.reason, $0.exitCode) = (.success, .exited, 0) }
  }

  /// Launches a run on the spot market that may be tried again, and writes into its mailbox that its machine is taken away.
  func interruptedRun() async throws {
    let launched = try await run("run", "spot.yaml", "--provider", "aws", "--detach", "-q")
    guard launched.exitCode == 0 else { throw StageFailure(description: launched.stderr) }
    try await writeEnd { ($0.status, $0.reason) = (.failed, .interrupted) }
  }

  /// Waits until an attempt's machine is rented, and writes its end.
  func finish(attempt: Int) async throws {
    while true {
      try await Task.sleep(for: .milliseconds(50))
      if let facts = try? record().rental, facts.attempt == attempt, facts.resource != nil { break }
    }
    try await writeEnd { ($0.status, $0.reason, $0.exitCode) = (.success, .exited, 0) }
  }

  private func record() throws -> RunRecord { try JSON.decode(RunRecord.self, from: try Files.read(path + "/runs/rp_0001/run.json")) }

  /// Writes the end of a run's present attempt into its mailbox, as its agent would.
  private func writeEnd(_ end: (inout RunRecord) -> Void) async throws {
    var record = try record()
    guard let facts = record.rental else { throw StageFailure(description: "nothing was rented") }
    end(&record)
    record.finishedAt = Date()
    let manifest = MailboxManifest(log: .init(bytes: 5, sha256: Self.doneDigest), outputs: [:])
    let folder = "\(path)-mailbox-\(facts.attempt)"
    for (key, bytes) in [(facts.mailbox.log(at: 0), Data("done\n".utf8)), (facts.mailbox.manifest, try JSON.encode(manifest))] {
      let file = folder + "/" + key.dropFirst(facts.mailbox.base.count)
      try Files.createFolder(Paths.parent(of: file))
      try Files.writeAtomically(Array(bytes), to: file)
    }
    // Its last word comes last.
    try Files.writeAtomically(Array(try JSON.encode(record)), to: folder + ".json")
    for (source, key) in [(folder, facts.mailbox.base), (folder + ".json", facts.mailbox.record)] {
      let sent = try await run("storage", "upload", source, "s3://\(facts.store.bucket)/\(key)")
      guard sent.exitCode == 0 else { throw StageFailure(description: sent.stderr) }
    }
  }

  /// SHA-256 of `done` and a line's end.
  private static let doneDigest = "d117fa006ba9208500b2930ce69cbde436c647afa917cb7396a9bc9111a46dd2"
}
