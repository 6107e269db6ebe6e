import Basics
import TerminalUI
import TrainingModel

/// What `run --dry-run` would run.
struct PlanReport: Report {
  static let kind = "plan"
  let spec: RunSpec
  var ids: [String] { [] }

  private enum CodingKeys: CodingKey { case spec }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(spec, forKey: .spec)
  }

  func text(_ page: Page) -> String {
    var sheet = FactSheet()
    sheet.add("name", spec.name, .bold)
    sheet.add("provider", spec.provider.rawValue + (spec.fallback.isEmpty ? "" : ", or else \(spec.fallback.joined(separator: ", "))"))
    sheet.add("image", spec.image)
    sheet.add("command", RunWords.commandLine(spec.entrypoint))
    sheet.add("setup", lines: spec.setup.map { Cell($0) })
    sheet.add("workdir", spec.workdir)
    sheet.add("project", spec.projectFolder)
    sheet.add("params", RunWords.params(spec.params))
    sheet.add("env", lines: spec.environment.keys.sorted().map { Cell("\($0)=\(spec.environment[$0] ?? "")") })
    sheet.add("secrets", spec.secretNames.joined(separator: ", "))
    sheet.add("resources", resources)
    sheet.add("mounts", lines: spec.mounts.map { Cell("\($0.source) at \($0.target)\($0.readOnly ? ", read-only" : "")") })
    sheet.add("user", spec.user)
    sheet.add("network", spec.network)
    sheet.add("tags", spec.tags.joined(separator: ", "))
    sheet.add("outputs", spec.outputs.joined(separator: ", "))
    sheet.add("at most", spec.maxDurationSeconds.map { TimeSpan.format(.seconds($0)) })
    sheet.add("seed", spec.seed.map { "\($0)" })
    return sheet.text(page.terminal) + "nothing was run\n"
  }

  private var resources: String {
    let need = spec.resources
    var words: [String] = []
    switch need.gpus {
    case .none: break
    case .all: words.append("all GPUs")
    case .count(let count): words.append("\(count) GPU\(count == 1 ? "" : "s")")
    case .ids(let ids): words.append("GPUs \(ids.joined(separator: ", "))")
    }
    if let type = need.gpuType { words.append(type) }
    if let cpu = need.cpuMillis { words.append("\(NumberText.short(Double(cpu) / 1000)) CPU") }
    if let memory = need.memory { words.append("\(memory) memory") }
    if let shared = need.sharedMemory { words.append("\(shared) shared memory") }
    if let disk = need.disk { words.append("\(disk) disk") }
    return words.joined(separator: ", ")
  }
}
