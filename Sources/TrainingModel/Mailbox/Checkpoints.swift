public import FoundationEssentials

/// What a machine far away does about checkpoints: keeps them among the outputs, so that they are in the mailbox before the machine is gone.
public struct CheckpointOrder: Sendable, Codable, Equatable {
  /// An earlier attempt's checkpoint, from which the job goes on.
  public struct Source: Sendable, Codable, Equatable {
    /// Where that attempt left its outputs.
    public var mailbox: MailboxLayout
    /// The checkpoint's name in the folder: a file or a folder.
    public var name: String

    /// A checkpoint of an earlier attempt.
    public init(mailbox: MailboxLayout, name: String) {
      self.mailbox = mailbox
      self.name = name
    }
  }
  /// The folder, relative to the job's working directory and below the outputs.
  public var directory: String
  /// How many of the newest to keep; nil for all.
  public var keep: Int64?
  /// The job's working directory relative to the project's folder; empty for that folder itself.
  public var workdir: String
  /// The run's outputs as the job sees them.
  public var outputsSeen: String
  /// What to go on from; nil at the first attempt, and when nothing was saved.
  public var source: Source?

  /// Checkpoints of a first attempt.
  public init(directory: String, keep: Int64?, workdir: String, outputsSeen: String) {
    self.directory = directory
    self.keep = keep
    self.workdir = workdir
    self.outputsSeen = outputsSeen
  }

  enum CodingKeys: String, CodingKey {
    case directory, keep, workdir, source
    case outputsSeen = "outputs_seen"
  }
}

/// One thing in a checkpoint folder that a job can go on from: a file, or a folder with all that is in it.
public struct Checkpoint: Sendable, Equatable {
  /// A file below the checkpoint folder.
  public struct File: Sendable, Equatable {
    /// Relative to the checkpoint folder.
    public var path: String
    /// When it was last written; in a store, when it came there.
    public var changedAt: Date

    /// A file.
    public init(path: String, changedAt: Date) {
      self.path = path
      self.changedAt = changedAt
    }
  }
  /// Its name in the checkpoint folder.
  public var name: String
  /// The paths of its files, relative to the checkpoint folder.
  public var paths: [String]
  /// When the last of them changed.
  public var changedAt: Date
  /// Whether it is a folder, which may be there in part.
  public var isFolder: Bool { paths != [name] }

  /// The checkpoints that files make up, newest first; of those of the same moment `step-10` is newer than `step-9`.
  public static func all(of files: [File]) -> [Checkpoint] {
    var found: [String: Checkpoint] = [:]
    for file in files.sorted(by: { $0.path < $1.path }) {
      guard let name = file.path.split(separator: "/").first.map(String.init) else { continue }
      var entry = found[name] ?? Checkpoint(name: name, paths: [], changedAt: file.changedAt)
      entry.paths.append(file.path)
      entry.changedAt = max(entry.changedAt, file.changedAt)
      found[name] = entry
    }
    return found.values.sorted { $0.changedAt == $1.changedAt ? isBefore($1.name, $0.name) : $0.changedAt > $1.changedAt }
  }

  /// The newest checkpoint that a job can go on from; nil for none.
  /// - Parameter whole: tells whether a path is known to have come whole; nil when nobody knows, because the machine went without a word. The
  ///   newest folder may be half there then, and the one before it is taken.
  public static func newest(of files: [File], whole: ((String) -> Bool)?) -> Checkpoint? {
    let all = all(of: files)
    if let whole { return all.first { $0.paths.allSatisfy(whole) } }
    guard let first = all.first, first.isFolder, all.count > 1 else { return all.first }
    return all[1]
  }

  /// Names in the order in which people count: digits as numbers.
  static func isBefore(_ one: String, _ other: String) -> Bool {
    let (left, right) = (parts(one), parts(other))
    for (a, b) in zip(left, right) where a != b {
      if let x = Decimal(string: a), let y = Decimal(string: b), a.first?.isNumber == true, b.first?.isNumber == true, x != y {
        return x < y
      }
      return a < b
    }
    return left.count == right.count ? one < other : left.count < right.count
  }

  private static func parts(_ name: String) -> [String] {
    var parts: [String] = []
    var wasDigit: Bool?
    for character in name {
      let isDigit = character.isASCII && character.isNumber
      if isDigit == wasDigit { parts[parts.count - 1].append(character) } else { parts.append(String(character)) }
      wasDigit = isDigit
    }
    return parts
  }
}
