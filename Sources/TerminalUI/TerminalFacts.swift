import Glibc

/// What is known about the other end of a descriptor.
public struct TerminalFacts: Sendable, Equatable {
  /// Columns; nil when nobody limits them (a file, a pipe).
  public var columns: Int?
  /// Whether a person sees it now.
  public var isTerminal: Bool
  /// Whether colours are wanted.
  public var usesColour: Bool
  /// Whether more than ASCII can be shown.
  public var usesUnicode: Bool

  /// Facts as given; by default a plain pipe.
  public init(columns: Int? = nil, isTerminal: Bool = false, usesColour: Bool = false, usesUnicode: Bool = true) {
    self.columns = columns
    self.isTerminal = isTerminal
    self.usesColour = usesColour
    self.usesUnicode = usesUnicode
  }

  /// Asks the kernel about `descriptor` and the environment about wishes.
  ///
  /// - `COLUMNS` beats the kernel's width. A terminal of unknown width counts as 80 columns.
  /// - `NO_COLOR` (no-color.org) beats `CLICOLOR_FORCE` (bixense.com/clicolors); neither set, a terminal that is not `dumb` is coloured.
  /// - Only a locale that says `C` or `POSIX` or names another character set means ASCII; an unset one does not.
  public static func detect(_ descriptor: Int32, environment: [String: String]) -> TerminalFacts {
    let isTerminal = isatty(descriptor) == 1
    let wished = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    let columns = wished ?? (isTerminal ? windowColumns(descriptor) ?? 80 : nil)
    return TerminalFacts(
      columns: columns, isTerminal: isTerminal, usesColour: wantsColour(environment, isTerminal: isTerminal),
      usesUnicode: speaksUnicode(environment))
  }

  static func wantsColour(_ environment: [String: String], isTerminal: Bool) -> Bool {
    if let no = environment["NO_COLOR"], !no.isEmpty { return false }
    if let force = environment["CLICOLOR_FORCE"], !force.isEmpty, force != "0" { return true }
    return isTerminal && environment["TERM"] != "dumb"
  }

  static func speaksUnicode(_ environment: [String: String]) -> Bool {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      guard let locale = environment[name]?.lowercased(), !locale.isEmpty else { continue }
      return locale.contains("utf-8") || locale.contains("utf8")
    }
    return environment["TERM"] != "dumb"
  }

  private static func windowColumns(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
