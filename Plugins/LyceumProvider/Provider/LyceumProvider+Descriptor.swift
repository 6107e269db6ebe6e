import Basics
import FoundationEssentials
import HTTPClient
public import ProviderKit
import Retrying

extension LyceumProvider {
  /// What there is to know about it before it exists.
  public static let descriptor = ProviderDescriptor(
    module: "lyceum", summary: "runs jobs as executions of Lyceum Cloud",
    settings: LyceumSettings.descriptions,
    credentials: ["LYCEUM_API_KEY", "the file that `key_file` names", "for the mailbox: as for AWS"],
    powers: [
      PowerDescription("gpu", true, "by model and count, as the profiles have them"),
      PowerDescription("time limit by the vendor", true, "an execution is ended by Lyceum when its time is over"),
      PowerDescription("billing", true, "costs become the amounts that Lyceum has billed"),
      PowerDescription(
        "virtual machines", false, "they take no script when they are made, are only reached by SSH, and cost until somebody deletes them"),
      PowerDescription("spot", false, "only virtual machines have it"),
      PowerDescription("stop and start", false, "Lyceum's API has neither"),
      PowerDescription("tags", false, "executions have none: owner, intent and run are in the file's name"),
    ],
    runsContainers: false, isRented: true
  ) { settings, context throws(ProviderError) in
    try LyceumProvider(
      settings, environment: context.environment, transport: HTTPClient(environment: context.environment),
      retry: Retry(budgets: RetryBudgets()), readFile: { path throws(SystemError) in try Files.read(path, limit: 1 << 16) },
      now: context.now)
  }
}
