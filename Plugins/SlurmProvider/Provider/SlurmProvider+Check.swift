import Basics
public import ProviderKit
public import TrainingModel

extension SlurmProvider: AccountCheck {
  /// The cluster, its partitions, whether it keeps accounts, and where jobs work.
  public func check() async -> [CheckResult] {
    var results: [CheckResult] = []
    if let access = await control.access() {
      results.append(access)
      guard access.outcome != .failed else { return results }
    }
    do throws(ProviderError) {
      let cluster = try await cluster()
      results.append(CheckResult("cluster", .ok, "\(cluster.name), Slurm \(cluster.version), as \(cluster.user)\(control.way)"))
      results.append(
        CheckResult(
          "accounts", cluster.keepsAccounts ? .ok : .warning,
          cluster.keepsAccounts
            ? "they answer" : "the cluster keeps none: jobs are forgotten minutes after their end, and cost what was seen of them",
          hints: cluster.keepsAccounts ? [] : ["follow runs to their end, so that it is seen: `runpilot attach`"]))
      results.append(try await partitionCheck())
    } catch {
      return results + [CheckResult("cluster", .failed, error.message, hints: error.hints)]
    }
    return results + [folderCheck(), priceCheck()]
  }

  private func partitionCheck() async throws(ProviderError) -> CheckResult {
    let groups = try await control.nodeGroups()
    let up = groups.filter(\.isUp)
    guard !up.isEmpty else { return CheckResult("partitions", .failed, "no partition is up", hints: ["ask the cluster's people"]) }
    let names = up.map { "\($0.partition)\($0.isDefault ? " (default)" : "")" }
    let missing = settings.partitions.filter { name in !groups.contains { $0.partition == name } }
    guard missing.isEmpty else {
      return CheckResult(
        "partitions", .failed, "there is no \(missing.joined(separator: ", ")); there are \(names.joined(separator: ", "))",
        hints: ["mend `partition` in providers.toml"])
    }
    return CheckResult("partitions", .ok, names.joined(separator: ", "))
  }

  private func folderCheck() -> CheckResult {
    do throws(ProviderError) {
      guard settings.mailbox != nil else {
        return CheckResult(
          "mailbox", .failed, "no mailbox is set, so no job can speak with home",
          hints: ["add `mailbox = \"file:///FOLDER\"` on a file system that every node sees"])
      }
      return CheckResult("mailbox", .ok, "\(settings.mailbox ?? ""), jobs work in \(try settings.workFolder())")
    } catch {
      return CheckResult("mailbox", .failed, error.message, hints: error.hints)
    }
  }

  private func priceCheck() -> CheckResult {
    guard settings.nodeHour == nil, settings.gpuHour == nil else { return CheckResult("price", .ok, "from providers.toml") }
    return CheckResult(
      "price", .warning, "unknown: budgets and `max_cost` cannot hold a run here",
      hints: ["say what a node costs, 0 where nobody pays: `price_per_node_hour = \"0\"`"])
  }
}
