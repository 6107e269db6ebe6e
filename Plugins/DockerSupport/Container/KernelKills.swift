import Basics

/// How often the kernel of this machine has ended a process for want of memory.
enum KernelKills {
  /// The count since its start; nil where it keeps none (before Linux 4.13).
  static func count() -> Int64? {
    guard let text = try? Files.readText("/proc/vmstat") else { return nil }
    return text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("oom_kill ") }.flatMap { Int64($0.dropFirst(9)) }
  }
}
