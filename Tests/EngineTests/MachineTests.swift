import Basics
import FoundationEssentials
import RunPilotTesting
import Testing

@Suite("Machines that the cloud of the tests boots")
struct MachineTests {
  private let account: AWSAccount
  private let client: SignedCurl
  private let image: String

  init() async throws {
    var settings = AWSAccount.Settings()
    settings.machines = true
    account = try await TestEngines.aws.account(settings)
    client = SignedCurl(service: "ec2", endpoint: account.engine.endpoint, accessKey: account.key.id, secretKey: account.key.secret)
    let images = try await client("POST", "/", ["--data", "Action=DescribeImages&Version=2016-11-15"]).body
    image = try #require(images.split(separator: "<imageId>").last?.split(separator: "<").first.map { String($0) })
  }

  private func ask(_ action: String, _ more: [String]) async throws -> String {
    let fields = ["Action=\(action)", "Version=2016-11-15"] + more
    let answer = try await client("POST", "/", fields.flatMap { ["--data-urlencode", $0] })
    #expect(answer.status == 200, "\(answer.body)")
    return answer.body
  }

  private func launch(_ userData: String, _ more: [String] = []) async throws -> String {
    let data = Data(("#!/bin/sh\n" + userData).utf8).base64EncodedString()
    _ = try await ask(
      "RunInstances",
      ["ImageId=\(image)", "InstanceType=t3.micro", "MinCount=1", "MaxCount=1", "UserData=\(data)", "MetadataOptions.HttpTokens=required"]
        + more)
    return try #require(await account.machines().last?["id"]?.stringValue)
  }

  private func state(_ machine: String) async throws -> String? {
    try await account.machines().first { $0["id"]?.stringValue == machine }?["state"]?.stringValue
  }

  @Test("user-data runs as root, with a metadata service that wants its token, and the machine's own shutdown ends what is billed")
  func ownEnd() async throws {
    let machine = try await launch(
      """
      id -un
      S=http://169.254.169.254/latest
      T=$(curl -fsS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $S/api/token)
      curl -sS -o /dev/null -w 'without %{http_code}\\n' $S/meta-data/instance-id
      echo "with $(curl -fsS -H "X-aws-ec2-metadata-token: $T" $S/meta-data/instance-id)"
      curl -sS -o /dev/null -w 'store %{http_code}\\n' \(try TestEngines.s3.endpoint)
      shutdown -h now
      """, ["InstanceInitiatedShutdownBehavior=terminate"])
    try await eventually { try await state(machine) == "terminated" }
    let console = try account.console(machine)
    for words in ["root\n", "without 401\n", "with \(machine)\n", "store 403\n"] { #expect(console.contains(words), "\(console)") }
  }

  @Test("a machine whose own end is a stop keeps its disk, and boots again")
  func stopAndStart() async throws {
    let machine = try await launch("echo '@reboot root echo second boot; cat /kept' > /etc/cron.d/x; echo kept > /kept; poweroff")
    try await eventually { try await state(machine) == "stopped" }
    _ = try await ask("StartInstances", ["InstanceId.1=\(machine)"])
    try await eventually { try account.console(machine).contains("second boot\nkept\n") }
    _ = try await ask("TerminateInstances", ["InstanceId.1=\(machine)"])
    try await eventually { try await state(machine) == "terminated" }
  }

  @Test("a spot machine reads its notice, and is taken away with its job told to end")
  func interruption() async throws {
    let machine = try await launch(
      """
      S=http://169.254.169.254/latest
      T=$(curl -fsS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $S/api/token)
      trap 'echo saved; exit' TERM
      echo awake
      until curl -fsS -H "X-aws-ec2-metadata-token: $T" $S/meta-data/spot/instance-action; do sleep 0.2; done
      while :; do sleep 0.1; done
      """, ["InstanceMarketOptions.MarketType=spot"])
    // A machine that boots slowly would see nothing of so short a notice.
    try await eventually { try account.console(machine).contains("awake\n") }
    try await account.interrupt(machine, notice: 3)
    try await eventually { try await state(machine) == "terminated" }
    let console = try account.console(machine)
    #expect(console.contains("\"action\": \"terminate\""), "\(console)")
    #expect(console.contains("saved\n"), "\(console)")
    #expect(try await ask("DescribeInstances", []).contains("Server.SpotInstanceTermination"))
  }
}
