import Basics
import FoundationEssentials

/// A kind of node in a partition, as sinfo tells: one line of `sinfo -h -a -o '%P|%a|%l|%c|%m|%D|%G|%T'`.
struct NodeGroup: Sendable, Equatable {
  var partition: String
  var isDefault: Bool
  var isUp: Bool
  /// The longest time of a job, in seconds; nil for no limit.
  var longestSeconds: Int64?
  var cpus: Int64
  var mebibytes: Int64
  var nodes: Int64
  var gpus: [GPUs]

  /// GPUs of one kind in a node.
  struct GPUs: Sendable, Equatable {
    /// Nil when the cluster does not name them.
    var type: String?
    var count: Int
  }

  static let format = "%P|%a|%l|%c|%m|%D|%G|%T"

  /// Nodes of one kind.
  init(
    partition: String, isDefault: Bool, isUp: Bool, longestSeconds: Int64?, cpus: Int64, mebibytes: Int64, nodes: Int64, gpus: [GPUs]
  ) {
    (self.partition, self.isDefault, self.isUp, self.longestSeconds, self.gpus) = (partition, isDefault, isUp, longestSeconds, gpus)
    // More than any cluster has, and little enough to be multiplied.
    (self.cpus, self.mebibytes, self.nodes) = (min(cpus, 1 << 24), min(mebibytes, 1 << 28), min(nodes, 1 << 24))
  }

  /// Nil for a line of another form.
  init?(_ line: Substring) {
    let parts = line.split(separator: "|", omittingEmptySubsequences: false).map { String($0).trimmed() }
    guard parts.count == 8, let cpus = Self.number(parts[3]), let memory = Self.number(parts[4]), let nodes = Int64(parts[5]) else {
      return nil
    }
    let isDefault = parts[0].hasSuffix("*")
    self.init(
      partition: isDefault ? String(parts[0].dropLast()) : parts[0], isDefault: isDefault, isUp: parts[1] == "up",
      longestSeconds: SlurmTime.seconds(parts[2]), cpus: cpus, mebibytes: memory, nodes: nodes, gpus: Self.gpus(parts[6]))
  }

  /// `96+`: at least that many.
  private static func number(_ text: String) -> Int64? { Int64(text.hasSuffix("+") ? String(text.dropLast()) : text) }

  /// `gpu:h100:8(S:0-1),gpu:2,lustre:1` → the GPUs among them.
  static func gpus(_ text: String) -> [GPUs] {
    var found: [GPUs] = []
    for entry in outsideBrackets(text) {
      let words = entry.prefix { $0 != "(" }.split(separator: ":").map(String.init)
      guard words.first == "gpu", let count = words.last.flatMap({ Int($0) }) else { continue }
      found.append(GPUs(type: words.count > 2 ? words[1] : nil, count: count))
    }
    return found
  }

  /// Commas within brackets list cores.
  private static func outsideBrackets(_ text: String) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts
  }

  /// Whether a node of it has what is asked for.
  func has(cpus: Int64, mebibytes: Int64, gpus wanted: Int, type: String?) -> Bool {
    guard self.cpus >= cpus, self.mebibytes >= mebibytes else { return false }
    return wanted == 0 || gpus.contains { $0.count >= wanted && (type == nil || Self.isSame($0.type, type)) }
  }

  /// What the cluster calls `H100` may be `nvidia_h100_80gb_hbm3`.
  static func isSame(_ name: String?, _ wish: String?) -> Bool {
    func plain(_ text: String?) -> String { (text ?? "").lowercased().filter { $0.isLetter || $0.isNumber } }
    return !plain(wish).isEmpty && plain(name).contains(plain(wish))
  }
}

/// Slurm's times: `infinite`, `30`, `1:30:00`, `2-12`, `1-00:00:00`.
enum SlurmTime {
  /// Nil for no limit.
  static func seconds(_ text: String) -> Int64? {
    let halves = text.split(separator: "-", maxSplits: 1).map(String.init)
    guard let last = halves.last else { return nil }
    let clock = last.split(separator: ":").map { Int64($0) }
    guard clock.allSatisfy({ isNumber($0) }), !clock.isEmpty else { return nil }
    let numbers = clock.compactMap(\.self)
    if halves.count == 2 {
      guard let days = Int64(halves[0]), isNumber(days) else { return nil }
      let parts = numbers + Array(repeating: 0, count: max(0, 3 - numbers.count))
      return days * 86_400 + parts[0] * 3_600 + parts[1] * 60 + parts[2]
    }
    switch numbers.count {
    case 1: return numbers[0] * 60
    case 2: return numbers[0] * 60 + numbers[1]
    default: return numbers[0] * 3_600 + numbers[1] * 60 + numbers[2]
    }
  }

  /// Slurm's own are of 32 bits.
  private static func isNumber(_ value: Int64?) -> Bool { value.map { (0...Int64(UInt32.max)).contains($0) } ?? false }

  /// A moment as seconds since 1970; nil for none, and for what is no year of four digits.
  static func date(_ seconds: Int64?) -> Date? {
    seconds.flatMap { (1..<253_402_300_800).contains($0) ? Date(timeIntervalSince1970: Double($0)) : nil }
  }

  /// Minutes, rounded up: the one unit that every option takes.
  static func minutes(_ seconds: Int64) -> String { "\((seconds + 59) / 60)" }
}
