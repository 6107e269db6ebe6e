import Basics
import FoundationEssentials
import HTTPClient
public import ProviderKit
import Retrying

extension RunPodProvider {
  /// What there is to know about it before it exists.
  public static let descriptor = ProviderDescriptor(
    module: "runpod", summary: "rents pods of RunPod",
    settings: RunPodSettings.descriptions,
    credentials: ["RUNPOD_API_KEY", "the file that `key_file` names", "for the mailbox: as for AWS"],
    powers: [
      PowerDescription("gpu", true, "by model and count, in one pod"),
      PowerDescription("cpu", true, "pods without a GPU, by flavour and number of cores"),
      PowerDescription("secure and community cloud", true, "`cloud`; secure unless said otherwise"),
      PowerDescription("network volumes", true, "one that is there is mounted; none is made or deleted"),
      PowerDescription("stop and start", true, "a stopped pod loses its container's disk; it may never start again on a full host"),
      PowerDescription("billing", true, "costs become the amounts on RunPod's bill"),
      PowerDescription("spot", false, "RunPod's API has no interruptible pods since its version 2"),
      PowerDescription("tags", false, "pods have no tags: owner and intent are in the name, the rest in RUNPILOT_TAGS"),
      PowerDescription(
        "own end as a stop", false, "a pod can only delete itself: `resources protect` does not keep it from that at its deadline"),
      PowerDescription("time limit by the vendor", false, "the pod's own timer and this home's clean-up end it"),
    ],
    runsContainers: false, isRented: true
  ) { settings, context throws(ProviderError) in
    try RunPodProvider(
      settings, environment: context.environment, owner: context.owner, transport: HTTPClient(environment: context.environment),
      retry: Retry(budgets: RetryBudgets()), readFile: { path throws(SystemError) in try Files.read(path, limit: 1 << 16) },
      now: context.now)
  }
}
