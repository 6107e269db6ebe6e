import Basics
import FoundationEssentials
import Glibc

/// Reads the kernel's list of processes.
public struct ProcessTable: Sendable {
  /// One line of the list.
  public struct Entry: Sendable, Equatable {
    /// Process id.
    public var pid: Int32
    /// Its parent's id.
    public var parent: Int32
    /// Its process group.
    public var group: Int32
    /// Its session.
    public var session: Int32
    /// One letter, as in `ps`.
    public var state: Character
    /// Clock ticks spent in user and kernel mode.
    public var cpuTicks: UInt64
    /// Clock ticks since boot.
    public var startTime: UInt64
    /// Resident memory in pages.
    public var residentPages: Int64

    /// Whether it has ended and only waits to be reaped.
    public var isDead: Bool { state == "Z" || state == "X" }
  }

  private let root: String

  /// The processes under `root`.
  public init(root: String = "/proc") { self.root = root }

  /// One process; nil when it is gone.
  public func entry(_ pid: Int32) -> Entry? {
    guard let data = try? Files.read("\(root)/\(pid)/stat") else { return nil }
    return Self.parse(String(decoding: data, as: UTF8.self))
  }

  /// Every process that this user can see.
  public func entries() -> [Entry] { pids().compactMap(entry) }

  /// The living descendants of a process, without itself.
  ///
  /// Asked of each process, and not found among all: a thousand runs on one machine that each read the whole list every few seconds would do
  /// nothing else. A child that is made meanwhile may be missed (proc(5), `/proc/pid/task/tid/children`): good for measuring, not for ending.
  public func descendants(of pid: Int32) -> [Entry] {
    guard Files.exists("\(root)/\(pid)/task/\(pid)/children") else { return scannedDescendants(of: pid) }
    var found: [Entry] = []
    var waiting = children(of: pid)
    while let next = waiting.popLast() {
      guard let entry = entry(next) else { continue }
      if !entry.isDead { found.append(entry) }
      waiting += children(of: next)
    }
    return found
  }

  /// Every thread has the children that it has made.
  private func children(of pid: Int32) -> [Int32] {
    let threads = (try? Files.names(in: "\(root)/\(pid)/task")) ?? []
    return threads.flatMap { thread -> [Int32] in
      guard let data = try? Files.read("\(root)/\(pid)/task/\(thread)/children") else { return [] }
      return data.split(separator: UInt8(ascii: " ")).compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
    }
  }

  /// For kernels that do not list a process's children.
  func scannedDescendants(of pid: Int32) -> [Entry] {
    let children = Dictionary(grouping: entries(), by: \.parent)
    var found: [Entry] = []
    var waiting = children[pid] ?? []
    while let entry = waiting.popLast() {
      found.append(entry)
      waiting += children[entry.pid] ?? []
    }
    return found.filter { !$0.isDead }
  }

  /// The living processes that were started with `name=value` in their environment, without this one.
  public func processes(withEnvironment name: String, _ value: String) -> [ProcessIdentity] {
    let wanted = Array("\(name)=\(value)".utf8)
    return pids().compactMap { pid in
      guard pid != getpid(), let data = try? Files.read("\(root)/\(pid)/environ") else { return nil }
      guard data.split(separator: 0).contains(where: { $0.elementsEqual(wanted) }) else { return nil }
      guard let entry = entry(pid), !entry.isDead, let boot = ProcessIdentity.currentBoot else { return nil }
      return ProcessIdentity(pid: pid, startTime: entry.startTime, bootID: boot)
    }
  }

  private func pids() -> [Int32] { ((try? Files.names(in: root)) ?? []).compactMap { Int32($0) } }

  /// Reads /proc/PID/stat (proc(5)). The name stands in parentheses and may hold anything, parentheses too.
  static func parse(_ text: String) -> Entry? {
    guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: close)...].split(separator: " ")
    guard let pid = Int32(text[..<open].trimmed()), fields.count > 21, let state = fields[0].first else { return nil }
    guard let parent = Int32(fields[1]), let group = Int32(fields[2]), let session = Int32(fields[3]) else { return nil }
    guard let user = UInt64(fields[11]), let system = UInt64(fields[12]), let start = UInt64(fields[19]) else { return nil }
    return Entry(
      pid: pid, parent: parent, group: group, session: session, state: state, cpuTicks: user + system, startTime: start,
      residentPages: Int64(fields[21].trimmed()) ?? 0)
  }
}
