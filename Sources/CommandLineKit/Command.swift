public import Basics

/// One thing the program can do: a value whose properties are filled from the command line, with their defaults where nothing was typed.
public protocol Command: Sendable {
  /// What a command may touch; the program hands it over.
  associatedtype Context: Sendable

  /// A command with every default.
  init()
  /// The word that is typed.
  static var name: String { get }
  /// What it does, in one line without a full stop.
  static var summary: String { get }
  /// More, in paragraphs; empty when the summary says all.
  static var discussion: String { get }
  /// Lines to copy, each with what it does.
  static var examples: [Example] { get }
  /// Exit codes that mean something particular here, besides 0 and 64.
  static var exitCodes: [ExitNote] { get }
  /// Options, flags and arguments; positional ones in their order.
  static var fields: [Field<Self>] { get }
  /// Other words for the same command.
  static var aliases: [String] { get }
  /// Works, but is not shown.
  static var isHidden: Bool { get }

  /// Does it.
  /// - Returns: how the process should end; what the command promises to do but cannot is thrown.
  func run(in context: Context) async throws -> ExitStatus
}

extension Command {
  /// Nothing more to say.
  public static var discussion: String { "" }
  /// Only the usual ones.
  public static var exitCodes: [ExitNote] { [] }
  /// No options.
  public static var fields: [Field<Self>] { [] }
  /// No other words.
  public static var aliases: [String] { [] }
  /// Shown.
  public static var isHidden: Bool { false }
}

/// A line to copy and what it does.
public struct Example: Sendable, Hashable {
  /// The whole line, with the program's name.
  public let line: String
  /// What it does, as a phrase.
  public let meaning: String

  /// An example.
  public init(_ line: String, _ meaning: String) {
    self.line = line
    self.meaning = meaning
  }
}

/// An exit code and what it means.
public struct ExitNote: Sendable, Hashable {
  /// The code, or a range of them such as "128+n".
  public let code: String
  /// What it means, as a phrase.
  public let meaning: String

  /// A note on a code that is not ours alone.
  public init(_ code: String, _ meaning: String) {
    self.code = code
    self.meaning = meaning
  }

  /// A note on one of our codes.
  public init(_ code: ExitCode, _ meaning: String) { self.init(String(code.rawValue), meaning) }
}

/// How a process ends: one of our codes, or the code of a job that was followed.
public struct ExitStatus: Sendable, Hashable {
  /// What the parent process sees.
  public let code: Int32

  /// A code that is not ours: a job's.
  public init(code: Int32) { self.code = code }

  /// One of ours.
  public init(_ code: ExitCode) { self.code = code.rawValue }

  /// All went well.
  public static let ok = ExitStatus(.ok)
}
