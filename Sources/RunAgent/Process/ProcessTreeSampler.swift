import Basics
import Glibc
import Subprocessing
import Synchronization

/// Measures a process with all below it: `sys.cpu_percent` (100 is one core) and `sys.memory_bytes` (resident, shared pages counted each time).
final class ProcessTreeSampler: Sampler {
  private struct Last {
    var ticks: UInt64
    var time: ContinuousClock.Instant
  }
  private let root: Int32
  private let last: Mutex<Last>

  /// A sampler of a process that starts now.
  init(root: Int32) {
    self.root = root
    last = Mutex(Last(ticks: 0, time: .now))
  }

  func sample() async -> [String: Double] {
    let table = ProcessTable()
    guard let main = table.entry(root) else { return [:] }
    let tree = [main] + table.descendants(of: root)
    let ticks = tree.reduce(0) { $0 + $1.cpuTicks }
    let now = ContinuousClock.now
    var values = ["sys.memory_bytes": Double(tree.reduce(0) { $0 + $1.residentPages }) * Double(sysconf(Int32(_SC_PAGESIZE)))]
    let before = last.withLock { last in
      defer { last = Last(ticks: ticks, time: now) }
      return last
    }
    // Processes that ended took their ticks along: no rate can be told then.
    if ticks >= before.ticks {
      let seconds = Double(ticks - before.ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
      values["sys.cpu_percent"] = 100 * seconds / max(0.001, before.time.duration(to: now).inSeconds)
    }
    return values
  }
}
