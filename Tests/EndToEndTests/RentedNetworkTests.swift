import Basics
import FoundationEssentials
import RunPilotTesting
import Testing

/// The built program against a cloud that answers as badly as clouds do: what it has rented is one machine, and it knows it.
@Suite("A rented run and a lying network", .serialized)
struct RentedNetworkTests {
  private static let launch = ["run", "job.yaml", "--provider", "aws", "--detach"]
  /// A rehearsal never carries the token.
  private static let inEarnest = ["ClientToken": ".+"]

  @Test("too many requests, broken proxies and answers lost after success: one machine, under one token")
  func storm() async throws {
    let stage = try await UnbootedStage()
    let home = try await stage.newHome("storm")
    try await stage.account.addFault(.error("RequestLimitExceeded"), action: "Describe.*", service: "ec2", times: 2)
    try await stage.account.addFault(.answer(status: 503, body: "<html>over capacity</html>"), action: "PutObject", service: "s3", times: 2)
    try await stage.account.addFault(
      .error("RequestLimitExceeded", retryAfter: 1), action: "RunInstances", parameters: Self.inEarnest, times: 1)
    try await stage.account.addFault(.dropAnswer, action: "RunInstances", parameters: Self.inEarnest, times: 2)
    let run = try await home.run(Self.launch)
    #expect(run.exitCode == 0, "\(run.stderr)")
    #expect(try await home.machines(of: home.installation).count == 1)
    let sent = try await stage.account.log(action: "RunInstances").filter { $0.parameters["ClientToken"] != nil }
    #expect(sent.count == 4 && Set(sent.compactMap { $0.parameters["ClientToken"]?.stringValue }).count == 1)
    #expect(try await home.resources().compactMap { $0["row"]?["resource"]?.stringValue } == home.live())
  }

  @Test("a deletion that says yes and does nothing for an hour is under way until the machine is gone")
  func lateDeletion() async throws {
    let stage = try await UnbootedStage()
    let home = try await stage.newHome("late")
    #expect(try await home.run(Self.launch).exitCode == 0)
    let machine = try #require(try await home.live().first)
    try await stage.account.addFault(.late(seconds: 3_600), action: "TerminateInstances", parameters: ["DryRun": "(false)?"], times: 1_000)
    let cleaned = try await home.run("resources", "cleanup", machine, "--force", "--yes")
    #expect(cleaned.exitCode == 3 && cleaned.stdout.contains("is on its way out"), "\(cleaned.stdout)\(cleaned.stderr)")
    for minutes in [20, 20, 25] {
      let row = try await home.resources().first?["row"]
      #expect(row?["state"]?.stringValue == "deleting" && row?["goneSaidAt"] == nil)
      try await stage.account.advanceClock(seconds: Double(minutes) * 60)
    }
    #expect(try await home.resources().first?["row"]?["goneSaidAt"] != nil)
    #expect(try await home.live().isEmpty)
  }

  @Test("a listing that is throttled between two of its pages ends nothing, and says that it is not whole")
  func throttledListing() async throws {
    let stage = try await UnbootedStage()
    let home = try await stage.newHome("throttled")
    #expect(try await home.run(Self.launch).exitCode == 0)
    try await stage.account.seed(1_500, tags: ["CreatedBy": "runpilot", "runpilot:installation": "another"])
    let fault = try await stage.account.addFault(
      .error("RequestLimitExceeded"), action: "DescribeInstances", parameters: ["NextToken": ".+"], times: 1_000)
    let listed = try await home.run("resources", "list", "--json")
    #expect(listed.exitCode == 3, "\(listed.stderr)")
    let row = try JSON.decode(JSONValue.self, from: listed.stdoutBytes)["resources"]?.arrayValue?.first?["row"]
    #expect(row?["state"]?.stringValue == "observed" && row?["goneSaidAt"] == nil)
    #expect(try await stage.account.hits(fault) > 1)
    let machine = try #require(try await home.live().first)
    let cleaned = try await home.run("resources", "cleanup", machine, "--force", "--yes")
    #expect(cleaned.exitCode == 77 && cleaned.stdout.contains("did not answer in full"), "\(cleaned.stdout)\(cleaned.stderr)")
    try await stage.account.clearFaults()
    #expect(try await home.resources().first?["row"]?["state"]?.stringValue == "ready")
    #expect(try await home.live() == [machine])
  }

  @Test("another region's settings find nothing, and end nothing")
  func otherRegion() async throws {
    let stage = try await UnbootedStage()
    let home = try await stage.newHome("region")
    #expect(try await home.run(Self.launch).exitCode == 0)
    let table = try Files.readText(stage.home.project + "/providers.toml")
    try stage.home.write("providers.toml", table.replacing("us-east-1\"", with: "eu-west-1\""))
    _ = try await home.run("trust", "--yes")
    for _ in 0..<2 {
      let listed = try await home.run("resources", "list")
      #expect(listed.exitCode == 3 && listed.stderr.contains("nobody looked at what was rented in") && listed.stderr.contains("us-east-1"))
      #expect(try await home.resources().first?["row"]?["goneSaidAt"] == nil)
    }
    #expect(try await home.live().count == 1)
  }
}
