import AWSSupport
import Basics
import FoundationEssentials
public import ProviderKit
public import TrainingModel

extension EC2Provider: AccountCheck {
  /// Credentials, identity, mailbox, permissions by rehearsal, quotas: in the order in which one would mend them.
  public func check() async -> [CheckResult] {
    var results = [await credentialCheck()]
    guard results[0].outcome != .failed else { return results }
    results.append(await identityCheck())
    guard results[1].outcome != .failed else { return results + [mailboxSetting()] }
    results.append(await mailboxCheck())
    for region in regions { results.append(await rentingCheck(region)) }
    for region in regions { results += await quotaChecks(region) }
    return results
  }

  private func credentialCheck() async -> CheckResult {
    do throws(ProviderError) {
      let found = try await session.keeper.found()
      guard let end = found.credentials.expires else { return CheckResult("credentials", .ok, "\(found.source); without an end") }
      let left = Duration.seconds(max(0, Int64(end.timeIntervalSince(now()))))
      return CheckResult(
        "credentials", left < .seconds(3_600) ? .warning : .ok, "\(found.source); for another \(TimeSpan.format(left))",
        hints: left < .seconds(3_600) ? ["a run that outlives them cannot be watched from here: renew them first"] : [])
    } catch {
      return Self.failure("credentials", error)
    }
  }

  private func identityCheck() async -> CheckResult {
    do throws(ProviderError) {
      let who = try await who()
      let isRoot = who.arn.hasSuffix(":root")
      return CheckResult(
        "identity", isRoot ? .warning : .ok, "\(who.arn), region \(session.region.name) (\(session.region.source))",
        hints: isRoot ? ["these are the account's own keys: make a user with the policy of docs/providers/aws.md"] : [])
    } catch {
      return Self.failure("identity", error)
    }
  }

  private func mailboxCheck() async -> CheckResult {
    let setting = mailboxSetting()
    guard setting.outcome != .failed else { return setting }
    do throws(ProviderError) { try await probeMailbox() } catch { return Self.failure("mailbox", error) }
    return setting
  }

  /// Writes an object into the mailbox, reads it and takes it away: what every run needs before anything else.
  private func probeMailbox() async throws(ProviderError) {
    guard
      let place = AccountSetup(
        mailbox: settings.mailbox, role: nil, account: "", region: session.region.name, partition: "aws")
    else { return }
    let bucket = try session.bucket(place.bucket)
    let key = (place.prefix.isEmpty ? "" : place.prefix + "/") + "probe-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    let words = Array("written by `runpilot providers check`, to be deleted at once\n".utf8)
    _ = try await bucket.put(key, words, condition: .always)
    let found: StoredObject?
    do throws(ProviderError) { found = try await bucket.get(key, range: nil) } catch {
      try? await bucket.delete([key])
      throw error
    }
    try await bucket.delete([key])
    guard found?.bytes == words else {
      throw ProviderError(.vendorFault, "s3://\(place.bucket)/\(key) was written, and could not be read back")
    }
  }

  private func mailboxSetting() -> CheckResult {
    guard let mailbox = settings.mailbox else {
      return CheckResult(
        "mailbox", .failed, "no mailbox is set, so nothing can be rented",
        hints: [
          "add `mailbox = \"s3://bucket/prefix\"` to the provider's table in providers.toml", "or run `runpilot providers setup aws`",
        ])
    }
    let profile = settings.instanceProfile
    return CheckResult(
      "mailbox", profile == nil ? .warning : .ok,
      "\(mailbox), machines reach it \(profile.map { "by the profile \($0)" } ?? "by a session")",
      hints: profile == nil
        ? [
          "without `instance_profile` a run cannot outlive a session's 36 hours, and needs a user's own keys: `runpilot providers setup aws`"
        ] : [])
  }

  /// Rehearses renting the smallest current machine.
  private func rentingCheck(_ region: String) async -> CheckResult {
    let name = "renting in \(region)"
    do throws(ProviderError) {
      let who = try await who()
      let image = try await image(settings, architecture: "x86_64", hasGPU: false, region: region)
      let place = RentalPlace(provider: id, account: who.account, region: region, machine: "t3.micro")
      let gigabytes = max(image.leastGigabytes, MachineImage.usualGigabytes(hasGPU: false))
      let run = RunInstances(place: place, image: image, settings: settings, diskGigabytes: gigabytes)
      try await rehearse(run.rehearsal(), place)
      return CheckResult(name, .ok, "allowed, with the image \(image.name ?? image.id)")
    } catch {
      return Self.failure(name, error)
    }
  }

  /// Quotas count virtual cores of a group of families (Service Quotas, service `ec2`).
  private static let quotas: [(code: String, name: String)] = [
    ("L-1216C47A", "standard machines"), ("L-DB2E81BA", "G and VT machines"), ("L-417A185B", "P machines"),
    ("L-34B43A08", "standard spot machines"), ("L-3819A6DF", "G and VT spot machines"), ("L-7212CCBC", "P4, P3 and P2 spot machines"),
  ]

  private func quotaChecks(_ region: String) async -> [CheckResult] {
    var results: [CheckResult] = []
    for quota in Self.quotas {
      let name = "quota of \(quota.name) in \(region)"
      do throws(ProviderError) {
        let body = JSONValue.object(["ServiceCode": .string("ec2"), "QuotaCode": .string(quota.code)])
        let answer = try await session.client(.quotas, region: region).json(
          .json("ServiceQuotasV20190624.GetServiceQuota", body, doing: "ask for the quota of \(quota.name) in \(region)"))
        guard let text = answer["Quota"]?["Value"]?.plainText, let value = Double(text), let cores = Int64(exactly: value.rounded()) else {
          continue
        }
        results.append(
          CheckResult(
            name, cores == 0 ? .warning : .ok, "\(cores) virtual cores",
            hints: cores == 0
              ? [
                "ask for some: `aws service-quotas request-service-quota-increase --service-code ec2 --quota-code \(quota.code) --desired-value 8`"
              ]
              : []))
      } catch {
        // One refusal stands for all: the permission is missing, or the service is not there.
        return results + [CheckResult("quotas in \(region)", .warning, error.message, hints: error.hints)]
      }
    }
    return results
  }

  private static func failure(_ name: String, _ error: ProviderError) -> CheckResult {
    CheckResult(name, .failed, error.message, hints: error.hints)
  }
}
