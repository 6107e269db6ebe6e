import Basics
import Documents
import FoundationEssentials
import TrainingModel

/// The user's `config.yaml`: settings for every run of theirs.
struct UserFile {
  /// Its keys, and what they mean, as `config show` and `config set` know them.
  static let keys: [(key: String, summary: String)] = [
    ("default", "the provider for runs that name none"), ("fallback", "where to go when the provider is not available"),
    ("max_duration", "longest running time"), ("network", "network mode of containers"), ("owner", "who started a run, in listings"),
    ("project", "the project runs belong to"), ("stop_grace", "time a stopped job gets"), ("user", "the user inside containers"),
    ("warn_above", "amounts from which on `costs` warns"),
  ]

  /// The file's keys.
  var mapping = Mapping()
  /// What it says about runs.
  var runKeys: Mapping { mapping.removing("default").removing("owner").removing("warn_above") }
  /// The provider it names as default.
  var defaultNode: Node? { mapping["default"].flatMap { $0.isNull ? nil : $0 } }
  /// Who started a run.
  var owner: String?
  /// From which amounts on reports warn.
  var thresholds = CostThresholds()

  /// Reads the file; what is wrong goes to the collector. A missing or empty one says nothing.
  static func read(_ context: ConfigurationContext, collector: DiagnosticCollector) throws -> UserFile {
    guard context.files.kind(context.userFile) != nil else { return UserFile() }
    return read(try DocumentLoader(context: context).load(context.userFile, what: "your settings"), collector: collector)
  }

  /// Reads a document as user settings.
  static func read(_ node: Node, collector: DiagnosticCollector) -> UserFile {
    guard !node.isNull, var reader = MappingReader(node, name: "your settings", collector: collector) else { return UserFile() }
    var file = UserFile(mapping: reader.mapping)
    file.owner = reader.read("owner", owner)
    if var inner = reader.reader("warn_above") { file.thresholds = thresholds(&inner) }
    for (key, _) in keys { _ = reader.node(key) }
    reader.finish()
    _ = RunFileReader.read(Node(.mapping(file.runKeys.only(keys.map(\.key))), at: node.position, in: node.source), collector: collector)
    return file
  }

  /// Amounts in US dollars, and a time.
  private static func thresholds(_ reader: inout MappingReader) -> CostThresholds {
    var thresholds = CostThresholds()
    let amounts: [(String, WritableKeyPath<CostThresholds, Decimal>)] = [
      ("hourly", \.hourly), ("daily", \.daily), ("total", \.accumulated), ("resource_hourly", \.resourceHourly),
      ("resource_total", \.resourceAccumulated),
    ]
    for (key, path) in amounts {
      if let money = reader.read(key, { (node, what) throws(SourceDiagnostic) in try RentalReader.money(node, what) }) {
        thresholds[keyPath: path] = money.amount
      }
    }
    let age = reader.read("resource_age") { (node, what) throws(SourceDiagnostic) in try Values.seconds(node, what, allowsOff: false) }
    if let seconds = age ?? nil { thresholds.resourceAge = Double(seconds) }
    reader.finish()
    return thresholds
  }

  /// Owners become labels and tags, which vendors cut or refuse when they are long or hold more than a line.
  private static func owner(_ node: Node, _ what: String) throws(SourceDiagnostic) -> String {
    let text = try node.text(what).trimmed()
    guard !text.isEmpty, text.count <= 128, !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw node.diagnostic("'\(what)' is a name of 1 to 128 characters on one line", hints: ["such as `owner: you@example.org`"])
    }
    return text
  }
}

extension Mapping {
  /// The mapping with some of its keys.
  func only(_ keys: [String]) -> Mapping {
    var result = Mapping()
    for entry in entries where keys.contains(entry.key) { result.set(entry.key, at: entry.keyPosition, to: entry.value) }
    return result
  }
}
