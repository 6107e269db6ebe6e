import Basics
import FoundationEssentials
import Glibc
import Subprocessing
import TrainingModel

/// A kernel control group that holds a job to its memory and CPU limits, where this user may make one.
///
/// Where not, the record says that the limit is not enforced. RLIMIT_AS is no substitute: it counts address space, of which CUDA and
/// allocators reserve hundreds of gigabytes that they never use.
struct ControlGroup: Sendable {
  /// One hierarchy's folders: version 2 has one for all controllers, version 1 one for each.
  struct Place: Sendable, Equatable {
    var own: String
    var group: String
  }

  private let places: [Place]
  private let memoryEvents: (file: String, key: String)?

  /// Makes a group for what `need` limits.
  /// - Returns: nil without a warning when nothing is limited; nil, or a group for what could be limited, with a warning for the rest.
  static func make(name: String, need: ResourceNeed, layout: () -> ControlGroupLayout? = { .current() }) -> (
    ControlGroup?, warnings: [String]
  ) {
    var wanted: [(limit: ControlGroupLayout.Limit, words: String)] = []
    if let memory = need.memory { wanted.append((.memory(memory.bytes), "the memory limit of \(memory)")) }
    if let cpu = need.cpuMillis { wanted.append((.cpu(millis: cpu), "the limit of \(MetricBook.number(Double(cpu) / 1_000)) CPUs")) }
    guard !wanted.isEmpty else { return (nil, []) }
    let layout = layout()
    var places: [Place] = []
    var warnings: [String] = []
    var memoryEvents: (String, String)?
    for (limit, words) in wanted {
      do throws(SystemError) {
        guard let layout else { throw SystemError("use", "control groups", code: ENOTSUP) }
        let place = try layout.place(for: limit, name: name)
        try layout.apply(limit, in: place)
        if !places.contains(place) { places.append(place) }
        if case .memory = limit { memoryEvents = layout.memoryEvents(in: place) }
      } catch {
        warnings.append("\(words) is not enforced: \(error.message)")
      }
    }
    return (places.isEmpty ? nil : ControlGroup(places: places, memoryEvents: memoryEvents), warnings)
  }

  /// Runs `body` with this process inside the group, so that the child it spawns is born there and nothing of it escapes.
  func spawning<Result>(_ body: () throws(SpawnError) -> Result) throws(SpawnError) -> Result {
    for place in places { Self.enter(place.group) }
    defer { for place in places { Self.enter(place.own) } }
    return try body()
  }

  private static func enter(_ folder: String) { _ = try? write("\(getpid())", to: folder + "/cgroup.procs") }

  static func write(_ text: String, to file: String) throws(SystemError) {
    let descriptor = try Descriptor.open(file, O_WRONLY)
    try descriptor.writeAll(Array(text.utf8), name: file)
  }

  /// How many of the group's processes the kernel killed for the memory limit.
  var memoryKills: Int64 {
    guard let memoryEvents else { return 0 }
    return Self.counter(memoryEvents.key, in: memoryEvents.file)
  }

  /// How many processes the kernel has killed for memory since boot, on the whole machine.
  static func kernelKills() -> Int64 { counter("oom_kill", in: "/proc/vmstat") }

  private static func counter(_ key: String, in file: String) -> Int64 {
    guard let text = try? Files.readText(file) else { return 0 }
    for line in text.split(separator: "\n") where line.hasPrefix(key + " ") { return Int64(line.dropFirst(key.count + 1)) ?? 0 }
    return 0
  }

  /// Removes the group. Its last process may take a moment to leave it.
  func remove() {
    for place in places {
      for _ in 0..<50 where rmdir(place.group) != 0 && errno == EBUSY { usleep(2_000) }
    }
  }
}
