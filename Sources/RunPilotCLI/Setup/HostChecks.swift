import Basics
import Glibc
import TrainingModel

/// What can be said about this machine without asking any service.
struct HostChecks {
  let world: World

  func all() -> [CheckResult] { [home()] + [program("git", needed: "the code's state is not recorded without it"), python()] }

  /// The home folder can be written, and its disk has room.
  func home() -> CheckResult {
    let path: String
    do { path = try world.home() } catch {
      let failure = Failure(error)
      return CheckResult("home", .failed, failure.message, hints: failure.hints)
    }
    let mend = ["choose another folder: `export RUNPILOT_HOME=/some/folder`"]
    // The folder is made by the first run; until then its nearest parent must be writable.
    var place = path
    while !Files.exists(place), place != "/" { place = Paths.parent(of: place) }
    guard Files.isFolder(place) else { return CheckResult("home", .failed, "\(place) is not a folder", hints: mend) }
    guard access(place, W_OK) == 0 else { return CheckResult("home", .failed, "\(place) cannot be written", hints: mend) }
    var info = statvfs()
    guard statvfs(place, &info) == 0 else { return CheckResult("home", .ok, path) }
    let free = ByteSize(bytes: Int64(clamping: UInt64(info.f_bavail).multipliedReportingOverflow(by: UInt64(info.f_frsize)).partialValue))
    if free < ByteSize(bytes: 1 << 30) {
      return CheckResult("home", .warning, "\(path), only \(free) free", hints: ["make room: `runpilot prune --older-than 30d`"] + mend)
    }
    return CheckResult("home", .ok, "\(path), \(free) free")
  }

  private func program(_ name: String, needed: String) -> CheckResult {
    if let path = find(name) { return CheckResult(name, .ok, path) }
    return CheckResult(name, .warning, "not found in PATH; \(needed)", hints: ["`sudo apt install \(name)`"])
  }

  private func python() -> CheckResult {
    if let path = find("uv") ?? find("python3") { return CheckResult("python", .ok, path) }
    return CheckResult(
      "python", .warning, "neither uv nor python3 is in PATH; .py scripts need one to run here", hints: ["`sudo apt install python3`"])
  }

  private func find(_ name: String) -> String? {
    (world.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map { "\($0)/\(name)" }
      .first { access($0, X_OK) == 0 && !Files.isFolder($0) }
  }
}
