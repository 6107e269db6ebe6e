import CSupport
import Glibc

/// The processes below this one that it did not start to wait for: what a job left, once this process is a subreaper.
public enum AdoptedProcesses {
  /// Makes this process the parent of every descendant whose own parent ends.
  public static func becomeSubreaper() { _ = rp_become_subreaper() }

  /// The living descendants, without the helpers that somebody waits for and what is below those.
  ///
  /// A process without any child is told in one system call.
  public static func find() -> [ProcessIdentity] {
    Child.reapOrphans()
    guard rp_peek_child() >= 0, let boot = ProcessIdentity.currentBoot else { return [] }
    let children = Dictionary(grouping: ProcessTable().entries(), by: \.parent)
    var found: [ProcessIdentity] = []
    var waiting = children[getpid()] ?? []
    while let entry = waiting.popLast() {
      if ChildRegistry.isAwaited(entry.pid) { continue }
      if !entry.isDead { found.append(ProcessIdentity(pid: entry.pid, startTime: entry.startTime, bootID: boot)) }
      waiting += children[entry.pid] ?? []
    }
    return found
  }
}
