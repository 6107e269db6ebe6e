import Basics
import FoundationEssentials
import RunPilotTesting
import TrainingModel

/// An account whose machines are rented and never boot, a project, and any number of homes that rent from there.
final class UnbootedStage: Sendable {
  let home: TestHome
  let account: AWSAccount
  private let environment: [String: String]
  private let killer: String

  init() async throws {
    account = try await TestEngines.aws.account()
    home = try TestHome()
    var environment = account.environment()
    environment["RUNPILOT_FAR_AGENT"] = home.project + "/agent"
    self.environment = environment
    killer = home.project + "/kill.so"
    try Files.writeAtomically(Self.agent, to: home.project + "/agent")
    try home.write("job.yaml", "name: one\nentrypoint: ['true']\nmax_duration: 20m\n")
    try home.write("spot.yaml", "name: spot\nentrypoint: ['true']\nspot: true\nretries: 1\nmax_duration: 60m\n")
    let source = Paths.resolve("../../../dev/kill-points/kill.c", from: Paths.parent(of: #filePath) + "/x")
    let built = try await home.shell("git init -q . && clang -shared -fPIC -O1 -Wall -Werror -o kill.so '\(source)'")
    guard built.exitCode == 0 else { throw StageFailure(description: built.stderr) }
    let table = "[providers.aws]\nmodule = \"aws\"\nregion = \"us-east-1\"\n"
    try home.write("providers.toml", table)
    let setup = try await home.runpilot(["providers", "setup", "aws", "--yes"], environment: environment)
    let lines = setup.stdout.split(separator: "\n").map { $0.trimmed() }.filter {
      $0.hasPrefix("mailbox") || $0.hasPrefix("instance_profile")
    }
    guard lines.count == 2 else { throw StageFailure(description: setup.stderr) }
    try home.write("providers.toml", table + lines.joined(separator: "\n") + "\n")
  }

  /// The smallest file that says of itself to be a static executable.
  private static let agent: [UInt8] = {
    var bytes = [UInt8](repeating: 0, count: 128)
    bytes.replaceSubrange(0..<6, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
    bytes[18] = 0x3E
    return bytes
  }()

  /// A new home in the same project.
  func newHome(_ name: String) async throws -> UnbootedHome {
    let new = UnbootedHome(stage: self, path: home.path + "-" + name)
    _ = try await new.run("trust", "--yes")
    return new
  }

  func run(_ words: [String], in path: String, _ more: [String: String] = [:]) async throws -> Program.Result {
    try await home.runpilot(words, environment: environment.merging(["RUNPILOT_HOME": path]) { $1 }.merging(more) { $1 })
  }

  func killing(_ point: KillPoint?, log: String, program: String = "runpilot") -> [String: String] {
    var environment = ["LD_PRELOAD": killer, "KILL_PROGRAM": program, "KILL_LOG": log]
    environment["KILL_AT"] = point.map { "\($0.number) \($0.isAfter ? "after" : "before")" }
    return environment
  }
}

/// A stage that could not be set up, or a home that did not do as it should.
struct StageFailure: Error, CustomStringConvertible {
  let description: String
}
