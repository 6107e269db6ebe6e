import Basics
import CommandLineKit

/// Everything the program can do.
enum CommandTree {
  static let programName = "runpilot"

  static let root = CommandNode<World>.group(
    programName, "Run ML training jobs anywhere and record each run",
    discussion: """
      Ids may be shortened to any unique prefix; @latest is the newest run.

      Every command takes --providers-file FILE (or RUNPILOT_PROVIDERS_FILE): the providers of that file instead of the project's and the user's.
      """,
    examples: [
      Example("runpilot init", "Write an example to start from"),
      Example("runpilot run train.yaml", "Run a job and follow it to its end"),
      Example("runpilot run train.py -- --lr 0.1", "Run a script without a run file"),
      Example("runpilot list", "See what was run"),
      Example("runpilot show @latest", "See how the last run went"),
    ], exitCodes: generalExitCodes,
    [
      .command(Init.self), .command(Run.self), .command(RunAttach.self), .command(RunList.self), .command(RunShow.self),
      .command(RunLogs.self), .command(RunMetrics.self), .command(RunCompare.self), .command(RunRerun.self), .command(RunStop.self),
      .command(RunDelete.self), .command(RunPrune.self), .command(RunExport.self), .command(RunImport.self),
      .group(
        "providers", "Where jobs can run", defaultChild: "list",
        [.command(ProvidersList.self), .command(ProvidersShow.self), .command(ProvidersCheck.self), .command(ProvidersSetup.self)]),
      .group(
        "plugins", "Providers in other programs", defaultChild: "list",
        [.command(PluginsList.self), .command(PluginsPin.self), .command(PluginsServe.self), .command(PluginsTest.self)]),
      .command(Offers.self),
      .group(
        "resources", "What costs money, and how to end it", defaultChild: "list",
        [
          .command(ResourcesList.self), .command(ResourcesShow.self), .command(ResourcesSummary.self), .command(ResourcesInsights.self),
          .command(ResourcesWatch.self), .command(ResourcesStop.self), .command(ResourcesStart.self), .command(ResourcesStopAll.self),
          .command(ResourcesProtect.self), .command(ResourcesUnprotect.self), .command(ResourcesCleanup.self),
          .command(ResourcesReconcile.self), .command(ResourcesAdopt.self), .command(ResourcesForget.self), .command(ResourcesAudit.self),
          .command(ResourcesExport.self),
        ]),
      .group(
        "costs", "What was spent, and budgets", defaultChild: "report",
        [
          .command(CostsReport.self), .command(CostsExport.self),
          .group(
            "budget", "Limits of what may be spent", defaultChild: "list",
            [.command(BudgetList.self), .command(BudgetSet.self), .command(BudgetRemove.self)]),
        ]),
      .group(
        "storage", "Files in buckets", aliases: ["s3"],
        [
          .command(StorageUpload.self), .command(StorageDownload.self), .command(StorageSync.self), .command(StorageList.self),
          .command(StorageDelete.self), .command(StorageCleanup.self), .command(StoragePresign.self),
        ]),
      .group(
        "config", "Settings and where they come from", defaultChild: "show",
        [.command(ConfigShow.self), .command(ConfigSet.self), .command(ConfigValidate.self)]),
      .command(Trust.self), .command(Doctor.self), .command(Completions.self), .command(Version.self),
    ])

  /// What the codes mean wherever nothing else is said.
  private static let generalExitCodes = [
    ExitNote(.ok, "all went well"),
    ExitNote(.partial, "done in part"),
    ExitNote(.usage, "the command line is wrong"),
    ExitNote(.badInput, "an input file is wrong"),
    ExitNote(.notFound, "no such run, file or provider"),
    ExitNote(.unavailable, "a provider is not available"),
    ExitNote(.software, "a defect of runpilot"),
    ExitNote(.cannotCreate, "a file cannot be written"),
    ExitNote(.tryAgain, "try again later"),
    ExitNote(.notAllowed, "not allowed: credentials, or a run that is alive"),
    ExitNote(.configuration, "a configuration is wrong"),
    ExitNote(.interrupted, "interrupted"),
  ]

  /// What the codes of commands that follow a job mean.
  static let jobExitCodes = [
    ExitNote("n", "the job's own exit code"),
    ExitNote("128+n", "the job was ended by signal n"),
    ExitNote(.limitReached, "the maximum duration was reached"),
    ExitNote(.lost, "the run was lost: its agent died"),
    ExitNote(.interrupted, "the job was stopped"),
    ExitNote("69, 75, 77, 78", "the job never started: provider unavailable, try later, not allowed, configuration"),
  ]
}
