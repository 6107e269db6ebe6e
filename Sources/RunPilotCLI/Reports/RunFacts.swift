import Basics
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// A run's record as names and values.
struct RunFacts {
  let record: RunRecord
  let outputs: [OutputFile]
  let repeated: RunRecord?

  /// What happened and what was run; beside it, where there is room, what it was run from and what it left.
  func text(_ page: Page) -> String {
    var what = FactSheet()
    addLife(to: &what, page)
    addJob(to: &what)
    var whence = FactSheet()
    addOrigin(to: &whence)
    addPlace(to: &whence)
    return FactSheet.text(what, beside: whence, page.terminal)
  }

  private func addLife(to sheet: inout FactSheet, _ page: Page) {
    let status = RunWords.status(record.status, reason: record.reason, exitCode: record.exitCode, signal: record.signal)
    sheet.add("status", status.text, status.style)
    sheet.add("why", RunWords.why(record))
    sheet.add("hint", lines: record.hints.map { Cell($0, .cyan) })
    sheet.add("created", page.moment(record.createdAt))
    sheet.add("started", record.startedAt.map(page.moment))
    sheet.add("finished", record.finishedAt.map(page.moment))
    sheet.add(
      "duration",
      RunWords.duration(
        record.durationSeconds, startedAt: record.startedAt, isTerminal: record.status.isTerminal, now: page.world.now()))
  }

  private func addJob(to sheet: inout FactSheet) {
    sheet.add("provider", record.provider.rawValue + (record.fellBackFrom.map { " (\($0) was not available)" } ?? ""))
    if let rental = record.rental {
      let price = rental.hourly.map { "\($0.shortText)/h" } ?? "at an unknown price"
      sheet.add("machine", "\(rental.place.words), \(price)")
      sheet.add("resource", rental.resource?.rawValue)
      sheet.add("cost", record.cost.map { "\(ResourceWords.cost($0)) (\($0.quality.rawValue))" })
    }
    sheet.add("image", record.image)
    sheet.add("digest", record.imageDigest)
    sheet.add("command", RunWords.commandLine(record.entrypoint))
    sheet.add("workdir", record.workdir)
    sheet.add("params", RunWords.params(record.params))
    sheet.add("tags", record.tags.joined(separator: ", "))
    sheet.add("project", record.project)
    sheet.add("secrets", record.secrets.isEmpty ? nil : record.secrets.joined(separator: ", ") + " (names only)")
  }

  private func addOrigin(to sheet: inout FactSheet) {
    sheet.add("code", record.git.map(Self.code))
    sheet.add("seed", record.seedEnv["RUNPILOT_SEED"])
    sheet.add("host", record.host.map(Self.host))
    sheet.add("user", record.user)
    sheet.add("versions", record.versions.keys.sorted().map { "\($0) \(record.versions[$0] ?? "")" }.joined(separator: ", "))
    sheet.add("rerun of", repeated.map { "\($0.id)  \($0.name)" } ?? record.origin?.rerunOf)
    sheet.add("imported", record.origin.flatMap(Self.imported))
  }

  private func addPlace(to sheet: inout FactSheet) {
    sheet.add("folder", record.runDir)
    sheet.add("outputs", Self.outputs(outputs))
    if let cleanup = record.cleanup, cleanup.state != .done {
      sheet.add("clean-up", [cleanup.state.rawValue, cleanup.detail].compactMap(\.self).joined(separator: ": "), .yellow)
    }
    sheet.add("warnings", lines: record.warnings.map { Cell($0, .yellow) })
  }

  /// "1a2b3c4d5e on main, with changes (code.patch)".
  static func code(_ git: GitState) -> String {
    var text = git.commit.map { String($0.prefix(10)) } ?? "no commit yet"
    if let branch = git.branch { text += " on \(branch)" }
    if git.dirty { text += git.patch ? ", with changes (code.patch\(git.patchTruncated ? ", cut" : ""))" : ", with changes" }
    if !git.untracked.isEmpty {
      text += ", \(git.untracked.count)\(git.untracked.count >= 100 ? " or more" : "") untracked file\(git.untracked.count == 1 ? "" : "s")"
    }
    return text
  }

  /// "was rp_0007 there, run by cluster".
  private static func imported(_ origin: RunOrigin) -> String? {
    origin.importedAs.map { "was \($0) in another home" + (origin.note.map { ", run by its provider \($0)" } ?? "") }
  }

  private static func host(_ host: HostFacts) -> String {
    var parts = [host.hostname, host.os, host.arch, "\(host.cpus) CPUs"]
    if let memory = host.memoryBytes { parts.append("\(ByteSize(bytes: memory))") }
    if let gpus = host.gpus, !gpus.isEmpty { parts.append(gpus.joined(separator: ", ")) }
    return parts.joined(separator: ", ")
  }

  private static func outputs(_ files: [OutputFile]) -> String? {
    if files.isEmpty { return nil }
    let total = ByteSize(bytes: files.reduce(0) { $0 + $1.bytes })
    let names = files.prefix(3).map(\.path).joined(separator: ", ") + (files.count > 3 ? ", …" : "")
    return "\(files.count) file\(files.count == 1 ? "" : "s"), \(total): \(names)"
  }
}
