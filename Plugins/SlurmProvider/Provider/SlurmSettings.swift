import Basics
import FoundationEssentials
import ProviderKit
import TrainingModel

/// The checked settings of one entry of providers.toml, with those of a run file on top.
struct SlurmSettings: Sendable, Equatable {
  var host: String?
  var sshOptions: [String]
  var endpoint: String?
  var user: String?
  var tokenCommand: [String]
  var mailbox: String?
  var folder: String?
  var partitions: [String]
  var account: String?
  var qos: String?
  var constraint: String?
  var reservation: String?
  var export: [String]
  var more: [String]
  var nodeHour: Decimal?
  var gpuHour: Decimal?
  var currency: String
  var queueSeconds: Int64
  /// The most tasks of a job array; nil for what the cluster allows.
  var arrayLimit: Int?
  var architecture: String

  /// Two weeks: nobody waits longer for a result.
  static let usualQueue: Int64 = 14 * 86_400

  init(_ values: [String: JSONValue]) throws(ProviderError) {
    func text(_ key: String) -> String? { values[key]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
    func texts(_ key: String) -> [String] { values[key]?.arrayValue?.compactMap(\.stringValue) ?? [] }
    host = text("host")
    sshOptions = texts("ssh_options")
    endpoint = text("endpoint")
    user = text("user")
    tokenCommand = texts("token_command")
    mailbox = text("mailbox")
    folder = text("folder")
    partitions = (text("partition").map { [$0] } ?? []) + texts("partitions")
    account = text("account")
    qos = text("qos")
    constraint = text("constraint")
    reservation = text("reservation")
    export = texts("export")
    more = texts("sbatch_options")
    nodeHour = try Self.price(text("price_per_node_hour"), "price_per_node_hour")
    gpuHour = try Self.price(text("price_per_gpu_hour"), "price_per_gpu_hour")
    currency = text("currency") ?? "USD"
    queueSeconds = values["queue_limit"]?.intValue ?? Self.usualQueue
    arrayLimit = values["array_limit"]?.intValue.flatMap { Int(exactly: $0) }
    architecture = text("architecture") ?? "x86_64"
    for option in more where Self.isOurs(option) {
      throw ProviderError(
        .invalidRequest, "sbatch_options must not hold \(option): RunPilot says that itself",
        hints: ["remove it; partition, account, qos and the rest have keys of their own"])
    }
  }

  /// What every job gets from us: a second word for it would break what finds the job again, or ends it.
  private static let ours = [
    "--job-name", "-J", "--comment", "--time", "-t", "--output", "-o", "--requeue", "--no-requeue", "--parsable", "--dependency", "-d",
    "--export", "--wrap", "--array", "-a", "--nodes", "-N", "--ntasks", "-n", "--ntasks-per-node", "--chdir", "-D",
  ]

  /// However it is spelt: `--array=0-5`, `--arr=0-5`, `-a0-5` (getopt_long(3)).
  private static func isOurs(_ option: String) -> Bool {
    let name = option.prefix { $0 != "=" }
    guard name.hasPrefix("--") else { return ours.contains { $0.utf8.count == 2 && option.hasPrefix($0) } }
    return name.utf8.count > 2 && ours.contains { $0.hasPrefix(name) }
  }

  /// The settings with a run file's own ones in their place.
  func with(_ options: [String: JSONValue]) throws(ProviderError) -> SlurmSettings {
    let own = try SlurmSettings(options)
    var result = self
    if !own.partitions.isEmpty { result.partitions = own.partitions }
    if own.account != nil { result.account = own.account }
    if own.qos != nil { result.qos = own.qos }
    if own.constraint != nil { result.constraint = own.constraint }
    if own.reservation != nil { result.reservation = own.reservation }
    result.export += own.export
    result.more += own.more
    return result
  }

  /// The folder, seen by every node and by the mailbox, below which agents work.
  func workFolder() throws(ProviderError) -> String {
    if let folder { return folder }
    if let mailbox, mailbox.hasPrefix("file:///") { return mailbox.dropFirst("file://".count) + "/machines" }
    throw ProviderError(
      .invalidRequest, "nobody said where jobs of the cluster may work: a folder that every node sees",
      hints: ["add below the provider's table: `folder = \"/scratch/you/runpilot\"`"])
  }

  /// Digits with at most one point, exactly; never by way of a floating-point number.
  private static func price(_ text: String?, _ key: String) throws(ProviderError) -> Decimal? {
    guard let text else { return nil }
    let digits = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(digits.count), digits.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      text.utf8.count <= 20, let amount = Decimal(string: text)
    else {
      throw ProviderError(.invalidRequest, "\(key) must be an amount such as \"1.20\", not \"\(text)\"")
    }
    return amount
  }

  static let descriptions: [SettingDescription] = [
    SettingDescription(
      "host", .string, "the cluster's login node, as ssh knows it; without it this machine's own sbatch, squeue and scancel are used",
      needsTrust: true),
    SettingDescription(
      "ssh_options", .strings, "words for ssh before the host's name: [\"-i\", \"~/.ssh/cluster\"]", needsTrust: true),
    SettingDescription(
      "endpoint", .string, "address of slurmrestd, http://HOST:6820 or unix:///PATH: it is asked in place of Slurm's programs",
      needsTrust: true),
    SettingDescription("user", .string, "the user there, with `endpoint`; whom the token names by default", needsTrust: true),
    SettingDescription(
      "token_command", .strings, "prints a token for `endpoint`: [\"ssh\", \"login\", \"scontrol\", \"token\"]; SLURM_JWT by default",
      needsTrust: true),
    SettingDescription("mailbox", .string, "file:///FOLDER on a file system that every node sees, or s3://BUCKET/PREFIX", needsTrust: true),
    SettingDescription(
      "folder", .string, "where jobs work, seen by every node; `machines` in a file:// mailbox by default", needsTrust: true),
    SettingDescription("partition", .string, "the partition; the cluster's default by default", perRun: true),
    SettingDescription("partitions", .strings, "partitions to try, in this order", perRun: true),
    SettingDescription("account", .string, "the account that is charged; the user's default by default", perRun: true),
    SettingDescription("qos", .string, "quality of service", perRun: true),
    SettingDescription("constraint", .string, "features that nodes must have, as --constraint takes them", perRun: true),
    SettingDescription("reservation", .string, "a reservation to run in", perRun: true),
    SettingDescription(
      "export", .strings, "further variables of the environment of sbatch that jobs get; PATH, HOME and the like always go", perRun: true),
    SettingDescription(
      "sbatch_options", .strings, "more words for sbatch, as they stand: [\"--exclusive\"]", needsTrust: true, perRun: true),
    SettingDescription("price_per_node_hour", .string, "what a node costs an hour, \"1.20\"; unknown by default"),
    SettingDescription("price_per_gpu_hour", .string, "what a GPU costs an hour, on top of its node; unknown by default"),
    SettingDescription("currency", .string, "of both prices; USD by default"),
    SettingDescription("queue_limit", .duration, "the longest that a job may wait for its turn; 14 days by default"),
    SettingDescription(
      "array_limit", .integer, "the most runs of a sweep in one job array, 0 for jobs by themselves; what the cluster allows by default"),
    SettingDescription("architecture", .choice(["x86_64", "aarch64"]), "of the nodes; x86_64 by default"),
  ]
}
