import Basics
import FoundationEssentials
import HTTPClient
public import ProviderKit
import Retrying

extension LyceumProvider {
  /// What there is to know about it before it exists.
  public static let descriptor = ProviderDescriptor(
    module: "lyceum", summary: "runs jobs as executions of Lyceum Cloud, or on its machines",
    settings: LyceumSettings.descriptions,
    credentials: ["LYCEUM_API_KEY", "the file that `key_file` names", "for the mailbox: as for AWS"],
    powers: [
      PowerDescription("gpu", true, "by model and count, as the profiles have them"),
      PowerDescription("spot", true, "for `product = \"machines\"`; a machine that is taken away goes without a word"),
      PowerDescription("time limit by the vendor", true, "an execution is ended by Lyceum when its time is over; a machine is not"),
      PowerDescription("billing", true, "costs become the amounts that Lyceum has billed"),
      PowerDescription(
        "own end", false, "a machine has no key to delete itself with, and costs until this home does: its shutdown ends no bill"),
      PowerDescription("stop and start", false, "Lyceum's API has neither"),
      PowerDescription("tags", false, "there are none: owner, intent and run are in the name"),
    ],
    runsContainers: false, isRented: true
  ) { settings, context throws(ProviderError) in
    try LyceumProvider(
      settings, environment: context.environment, home: context.home, transport: HTTPClient(environment: context.environment),
      retry: Retry(budgets: RetryBudgets()), readFile: { path throws(SystemError) in try Files.read(path, limit: 1 << 16) },
      now: context.now)
  }
}
