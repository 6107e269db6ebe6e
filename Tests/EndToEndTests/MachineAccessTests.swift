import Basics
import FoundationEssentials
import RunPilotTesting
import Testing
import TrainingModel

@Suite("How a machine gets into its mailbox, and who asks for it", .serialized)
struct MachineAccessTests {
  /// Settings without a role for machines.
  private func settings(_ stage: UnbootedStage) throws -> (bare: String, profile: String) {
    let lines = try Files.readText(stage.home.project + "/providers.toml").split(separator: "\n").map(String.init)
    let profile = try #require(lines.first { $0.hasPrefix("instance_profile") }?.split(separator: "\"").dropFirst().first)
    return (lines.filter { !$0.hasPrefix("instance_profile") }.joined(separator: "\n") + "\n", String(profile))
  }

  @Test("a session that would end before the machine must is refused before anything is rented: the account's own keys get an hour")
  func shortSession() async throws {
    let stage = try await UnbootedStage()
    let (bare, profile) = try settings(stage)
    try stage.home.write("providers.toml", bare)
    let home = try await stage.newHome("short")
    try stage.home.write("long.yaml", "name: long\nentrypoint: ['true']\nmax_duration: 2h\n")
    let refused = try await home.run("run", "long.yaml", "--provider", "aws", "--detach")
    #expect(
      refused.exitCode != 0 && refused.stderr.contains("would end at") && refused.stderr.contains("--max-duration"), "\(refused.stderr)")
    #expect(try await stage.account.machines().isEmpty)
    #expect(try await home.resources("--all").isEmpty)
    // Twenty minutes, and the half hour on top, are within it.
    let short = try await home.run("run", "job.yaml", "--provider", "aws", "--detach")
    #expect(short.exitCode == 0, "\(short.stderr)")
    #expect(try record("rp_0002", home).rental?.store.credentials == .session)
    // A role that a run brings along needs no session, however long it takes.
    try stage.home.write(
      "own.yaml",
      "name: own\nentrypoint: ['true']\nmax_duration: 2h\nprovider_options: {aws: {instance_profile: \(profile)}}\n")
    let own = try await home.run("run", "own.yaml", "--provider", "aws", "--detach")
    #expect(own.exitCode == 0, "\(own.stderr)")
    #expect(try record("rp_0003", home).rental?.store.credentials == .machine)
    #expect(try await stage.account.log(action: "GetFederationToken").count == 2)
    #expect(try await stage.account.violations().isEmpty)
  }

  @Test("credentials that a program prints open buckets and mailboxes as well as the rest")
  func credentialProcess() async throws {
    let stage = try await UnbootedStage()
    let home = try await stage.newHome("program")
    let key = stage.account.key
    let answer = #"{"Version": 1, "AccessKeyId": "\#(key.id)", "SecretAccessKey": "\#(key.secret)"}"#
    try stage.home.write("key.json", answer)
    try stage.home.write("aws-config", "[profile printed]\ncredential_process = /bin/cat \(stage.home.project)/key.json\n")
    let environment = [
      "AWS_CONFIG_FILE": stage.home.project + "/aws-config", "AWS_PROFILE": "printed", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "",
    ]
    let run = try await stage.run(["run", "job.yaml", "--provider", "aws", "--detach"], in: home.path, environment)
    #expect(run.exitCode == 0, "\(run.stderr)")
    let facts = try #require(try record("rp_0001", home).rental)
    let listed = try await stage.run(["storage", "list", "s3://\(facts.store.bucket)/\(facts.mailbox.base)"], in: home.path, environment)
    #expect(listed.exitCode == 0 && listed.stdout.contains("job.json"), "\(listed.stdout)\(listed.stderr)")
    #expect(try await stage.account.machines().count == 1)
    try Files.remove(stage.home.project + "/key.json")
    let failed = try await stage.run(["storage", "list", "s3://\(facts.store.bucket)"], in: home.path, environment)
    #expect(failed.exitCode != 0 && failed.stderr.contains("/bin/cat"), "\(failed.stderr)")
  }

  private func record(_ id: String, _ home: UnbootedHome) throws -> RunRecord {
    try JSON.decode(RunRecord.self, from: try Files.read("\(home.path)/runs/\(id)/run.json"))
  }
}
