import AWSSupport
import Basics
public import ProviderKit
public import TrainingModel
import XML

extension EC2Provider: SetupPower {
  /// The bucket with its rule, the machines' role with its policy, and the instance profile that hands it to them.
  public func setupSteps() async throws(ProviderError) -> [SetupStep] {
    let setup = try await accountSetup()
    let s3 = try session.client(.s3)
    let bucket = try await s3.bucket(.bucket("GET", setup.bucket, part: "location", doing: "look at the bucket \(setup.bucket)"))
    var steps = [SetupStep("bucket", "bucket \(setup.bucket) in \(setup.region)", isDone: bucket != nil)]
    steps.append(try await lifecycleStep(setup, bucketIsThere: bucket != nil))
    let role = try await iam("GetRole", ["RoleName": .text(setup.role)], doing: "look at the role \(setup.role)")
    steps.append(SetupStep("role", "role \(setup.role), for machines only", document: AccountSetup.trust, isDone: role != nil))
    let policy = try await iam(
      "GetRolePolicy", ["RoleName": .text(setup.role), "PolicyName": "runpilot-mailbox"], doing: "look at the policy of \(setup.role)")
    steps.append(SetupStep("policy", "its policy: \(setup.mailbox), and nothing else", document: setup.policy, isDone: policy != nil))
    let profile = try await iam(
      "GetInstanceProfile", ["InstanceProfileName": .text(setup.role)], doing: "look at the instance profile \(setup.role)")
    let roles = profile?["GetInstanceProfileResult"]?["InstanceProfile"]?.items("Roles") ?? []
    steps.append(SetupStep("profile", "instance profile \(setup.role)", isDone: profile != nil))
    steps.append(
      SetupStep("attach", "the role in the instance profile", isDone: roles.contains { $0.text("RoleName") == setup.role }))
    return steps
  }

  /// A bucket's rules are set all at once, so rules of somebody else are left as they are.
  private func lifecycleStep(_ setup: AccountSetup, bucketIsThere: Bool) async throws(ProviderError) -> SetupStep {
    let title = "a rule that deletes mail after 30 days"
    guard bucketIsThere else { return SetupStep("lifecycle", title, document: setup.lifecycle, isDone: false) }
    let found = try await session.client(.s3).bucket(
      .bucket("GET", setup.bucket, part: "lifecycle", doing: "look at the rules of the bucket \(setup.bucket)"))
    guard let found else { return SetupStep("lifecycle", title, document: setup.lifecycle, isDone: false) }
    let isOurs = found.all("Rule").contains { $0.text("ID") == "runpilot" }
    return SetupStep(
      "lifecycle", title, isDone: true, note: isOurs ? nil : "the bucket has rules of its own, which are left as they are")
  }

  /// Makes one of them.
  public func carryOut(_ step: SetupStep) async throws(ProviderError) {
    let setup = try await accountSetup()
    let role = QueryValue.text(setup.role)
    switch step.id {
    case "bucket":
      _ = try await session.client(.s3).bucket(
        .bucket("PUT", setup.bucket, document: setup.location, doing: "make the bucket \(setup.bucket)"))
    case "lifecycle":
      _ = try await session.client(.s3).bucket(
        .bucket("PUT", setup.bucket, part: "lifecycle", document: setup.lifecycle, doing: "set the rule of the bucket \(setup.bucket)"))
    case "role":
      try await make(
        "CreateRole",
        [
          "RoleName": role, "AssumeRolePolicyDocument": .text(AccountSetup.trust),
          "Description": "RunPilot's machines reach their mailbox by it",
          "Tags": [["Key": "CreatedBy", "Value": "runpilot"]],
        ], doing: "make the role \(setup.role)")
    case "policy":
      try await make(
        "PutRolePolicy", ["RoleName": role, "PolicyName": "runpilot-mailbox", "PolicyDocument": .text(setup.policy)],
        doing: "set the policy of \(setup.role)")
    case "profile":
      try await make(
        "CreateInstanceProfile", ["InstanceProfileName": role, "Tags": [["Key": "CreatedBy", "Value": "runpilot"]]],
        doing: "make the instance profile \(setup.role)")
    case "attach":
      try await make("AddRoleToInstanceProfile", ["InstanceProfileName": role, "RoleName": role], doing: "put the role into its profile")
    default: throw ProviderError(.invalidRequest, "there is no step '\(step.id)'")
    }
  }

  /// The mailbox and the profile.
  public func settingsAfterSetup() async throws(ProviderError) -> [String] {
    let setup = try await accountSetup()
    return ["mailbox = \"\(setup.mailbox)\"", "instance_profile = \"\(setup.role)\""]
  }

  private func accountSetup() async throws(ProviderError) -> AccountSetup {
    let who = try await who()
    let partition = who.arn.split(separator: ":").dropFirst().first.map(String.init) ?? "aws"
    let setup = AccountSetup(
      mailbox: settings.mailbox, role: settings.instanceProfile, account: who.account, region: session.region.name, partition: partition)
    guard let setup else {
      throw ProviderError(
        .invalidRequest, "the mailbox '\(settings.mailbox ?? "")' is no bucket of S3", hints: ["write `mailbox = \"s3://bucket/prefix\"`"])
    }
    return setup
  }

  /// Asks IAM; nil when there is no such thing.
  private func iam(_ action: String, _ parameters: QueryValue, doing: String) async throws(ProviderError) -> XMLNode? {
    do throws(ProviderError) {
      return try await session.client(.iam).query(.query(QueryForm(action, version: "2010-05-08", .query, parameters), doing: doing))
    } catch {
      if error.code == .notFound { return nil }
      throw error
    }
  }

  /// Lets IAM make something; that it is there already is no failure.
  private func make(_ action: String, _ parameters: QueryValue, doing: String) async throws(ProviderError) {
    do throws(ProviderError) {
      _ = try await session.client(.iam).query(
        .query(QueryForm(action, version: "2010-05-08", .query, parameters), doing: doing, changes: true))
    } catch {
      guard error.vendorCode == "EntityAlreadyExists" else { throw error }
    }
  }
}
