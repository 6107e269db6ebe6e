import Basics
import CommandLineKit

/// A small tree with one of everything.
enum Sample {
  static let root = CommandNode<Recorder>.group(
    "pilot", "Runs things", examples: [Example("pilot train a.py", "Trains")],
    [
      .command(Train.self),
      .group("config", "Settings", defaultChild: "show", [.command(ConfigShow.self), .command(ConfigSet.self)]),
      .group("plugins", "Out-of-process providers", [.command(PluginsTest.self)]),
      .command(Secretive.self),
    ])

  /// What `words` fill a `Train` with, shown as one line; the error's message when they do not.
  static func outcome(_ words: [String]) async -> String {
    do {
      switch try root.request(words) {
      case .help(let path): return "help " + path.map(\.name).joined(separator: " ")
      case .run(let path, let ready):
        let recorder = Recorder()
        _ = try await ready(recorder)
        return path.dropFirst().joined(separator: " ") + ": " + recorder.text
      }
    } catch let error as UsageError {
      return "! " + error.message
    } catch {
      return "!! \(error)"
    }
  }
}

/// Remembers what ran.
final class Recorder: Sendable {
  private let box = Box()
  var text: String { box.text }
  func record(_ text: String) { box.text = text }
  private final class Box: @unchecked Sendable { var text = "" }
}

enum Speed: String, ArgumentChoice { case slow, fast }

struct Shared: Sendable {
  var json = false
  static let fields: [Field<Self>] = [.flag("json", \.json, "Print JSON")]
}

struct Train: Command {
  static let name = "train"
  static let summary = "Train a model and wait for its end"
  static let discussion =
    "A longer text that says what cannot be said in one line, and that has to be wrapped at the width of the terminal.\nA second paragraph."
  static let examples = [
    Example("pilot train a.py --gpus 2", "Train on two GPUs"), Example("pilot train a.py -- --lr 0.1", "Pass words on"),
  ]
  static let exitCodes = [ExitNote(.unavailable, "no provider can be reached"), ExitNote("128+n", "ended by signal n")]
  static let fields: [Field<Self>] =
    [
      .option("gpus", \.gpus, "How many GPUs", short: "g", value: "n"),
      .option("provider", \.provider, "Where to run", short: "p", environment: "PILOT_PROVIDER", completion: .lines(of: ["train", "-q"])),
      .option("speed", \.speed, "How fast"),
      .options("tag", \.tags, "A label", short: "t", aliases: ["label"]),
      .option("file", \.file, "A file", short: "f", completion: .files(["txt"])),
      .flag("detach", \.detach, "Do not wait", short: "d"),
      .flag("quiet", \.quiet, "Say less", short: "q"),
      .flag("color", \.color, "Use colour", negatable: true),
      .flag("mystery", \.mystery, "Not shown", hidden: true),
      .argument("script", \.script, "What to run", completion: .files(["py"])),
      .argument("data", \.data, "Some data"),
      .rest("args", \.arguments, "Passed to the script"),
    ] + Shared.fields.within(\.shared)

  var gpus = 1, provider: String?, speed = Speed.slow, tags: [String] = [], file: String?, detach = false, quiet = false, color = true
  var mystery = false, script = "", data: Double?, arguments: [String] = [], shared = Shared()

  func run(in context: Recorder) async throws -> ExitStatus {
    var words = [script]
    if let data { words.append("data=\(data)") }
    if gpus != 1 { words.append("gpus=\(gpus)") }
    if let provider { words.append("provider=\(provider)") }
    if speed != .slow { words.append("speed=\(speed.rawValue)") }
    if !tags.isEmpty { words.append("tags=\(tags.joined(separator: "+"))") }
    if let file { words.append("file=\(file)") }
    for (name, isOn) in [("detach", detach), ("quiet", quiet), ("no-color", !color), ("json", shared.json)] where isOn {
      words.append(name)
    }
    if !arguments.isEmpty { words.append("-- " + arguments.joined(separator: " ")) }
    context.record(words.joined(separator: " "))
    return .ok
  }
}

struct ConfigShow: Command {
  static let name = "show"
  static let summary = "Show every setting"
  static let examples = [Example("pilot config show", "All")]
  static let fields: [Field<Self>] = [.flag("origin", \.origin, "Say where each came from")]
  var origin = false
  func run(in context: Recorder) async throws -> ExitStatus {
    context.record(origin ? "origin" : "plain")
    return .ok
  }
}

struct ConfigSet: Command {
  static let name = "set"
  static let aliases = ["put"]
  static let summary = "Change a setting"
  static let examples = [Example("pilot config set a 1", "Sets")]
  static let fields: [Field<Self>] = [.argument("key", \.key, "Which"), .arguments("values", \.values, "To what")]
  var key = "", values: [Int] = []
  func run(in context: Recorder) async throws -> ExitStatus {
    context.record("\(key)=\(values)")
    return .ok
  }
}

struct PluginsTest: Command {
  static let name = "test"
  static let summary = "Try a plugin"
  static let examples = [Example("pilot plugins test x", "Tries")]
  func run(in context: Recorder) async throws -> ExitStatus { .ok }
}

struct Secretive: Command {
  static let name = "secretive"
  static let summary = "Not shown"
  static let examples = [Example("pilot secretive", "Hides")]
  static let isHidden = true
  func run(in context: Recorder) async throws -> ExitStatus {
    context.record("hidden ran")
    return .ok
  }
}
