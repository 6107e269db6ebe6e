import Basics
import Glibc

/// Where this process stands in the kernel's control groups, and how limits are written there (cgroups(7)).
struct ControlGroupLayout: Sendable, Equatable {
  enum Limit: Sendable, Equatable {
    case memory(Int64)
    case cpu(millis: Int64)

    var controller: String {
      switch self {
      case .memory: "memory"
      case .cpu: "cpu"
      }
    }
  }

  /// The folder of this process's group: under version 2 for every controller (the key is empty), under version 1 by controller.
  var own: [String: String]
  var root: String
  var isVersion2: Bool { own[""] != nil }

  /// The layout of this machine; nil when it has no control groups.
  static func current(root: String = "/sys/fs/cgroup") -> ControlGroupLayout? {
    guard let text = try? Files.readText("/proc/self/cgroup") else { return nil }
    return parse(text, root: root, isVersion2: Files.exists(root + "/cgroup.controllers"))
  }

  /// Reads /proc/self/cgroup: `0::/path` under version 2, `4:memory:/path` under version 1.
  static func parse(_ text: String, root: String, isVersion2: Bool) -> ControlGroupLayout {
    var layout = ControlGroupLayout(own: [:], root: root)
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let path = parts[2] == "/" ? "" : String(parts[2])
      if isVersion2, parts[1].isEmpty { layout.own[""] = root + path }
      guard !isVersion2 else { continue }
      for controller in parts[1].split(separator: ",") { layout.own[String(controller)] = "\(root)/\(controller)\(path)" }
    }
    return layout
  }

  /// Makes the folder of a group that can hold the limit.
  /// - Throws: ``SystemError`` when this user may not.
  func place(for limit: Limit, name: String) throws(SystemError) -> ControlGroup.Place {
    guard let own = own[isVersion2 ? "" : limit.controller] else {
      throw SystemError("find", "the control group for \(limit.controller)", code: ENOENT)
    }
    // Version 2 has no groups beside processes inside one group, except at the root: ours goes beside our own.
    let parent = isVersion2 && own != root ? Paths.parent(of: own) : own
    if isVersion2 {
      let enabled = (try? Files.readText(parent + "/cgroup.subtree_control"))?.trimmed().split(separator: " ").map(String.init) ?? []
      if !enabled.contains(limit.controller) { try ControlGroup.write("+\(limit.controller)", to: parent + "/cgroup.subtree_control") }
    }
    let group = parent + "/" + name
    try Files.createFolder(group)
    return ControlGroup.Place(own: own, group: group)
  }

  /// Writes the limit.
  func apply(_ limit: Limit, in place: ControlGroup.Place) throws(SystemError) {
    let period: Int64 = 100_000
    switch (limit, isVersion2) {
    case (.memory(let bytes), true):
      try ControlGroup.write("\(bytes)", to: place.group + "/memory.max")
      // Swapping around the limit would only make it slow; without swap accounting there is no such file.
      try? ControlGroup.write("0", to: place.group + "/memory.swap.max")
    case (.memory(let bytes), false):
      try ControlGroup.write("\(bytes)", to: place.group + "/memory.limit_in_bytes")
      try? ControlGroup.write("\(bytes)", to: place.group + "/memory.memsw.limit_in_bytes")
    case (.cpu(let millis), true): try ControlGroup.write("\(millis * period / 1_000) \(period)", to: place.group + "/cpu.max")
    case (.cpu(let millis), false):
      try ControlGroup.write("\(period)", to: place.group + "/cpu.cfs_period_us")
      try ControlGroup.write("\(millis * period / 1_000)", to: place.group + "/cpu.cfs_quota_us")
    }
  }

  /// Where the kernel counts what it killed for the memory limit.
  func memoryEvents(in place: ControlGroup.Place) -> (String, String) {
    (place.group + (isVersion2 ? "/memory.events" : "/memory.oom_control"), "oom_kill")
  }
}
