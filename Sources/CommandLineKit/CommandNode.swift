/// A tree of commands that can be run in a `Context`.
public struct CommandNode<Context: Sendable>: Sendable {
  /// A command with its properties filled, ready to run.
  public typealias Ready = @Sendable (Context) async throws -> ExitStatus

  /// What the command line asks for.
  public enum Request: Sendable {
    /// Run this command; `path` holds the words that name it, the program's first.
    case run(path: [String], Ready)
    /// Show the help of the last command of the path, the program first.
    case help(path: [CommandOutline])
  }

  /// The tree from here on, without types.
  public let outline: CommandOutline
  private let makeChildren: @Sendable () -> [CommandNode]
  private var children: [CommandNode] { makeChildren() }
  private let prepare: (@Sendable ([String], [String]) throws(UsageError) -> Ready)?

  /// One command.
  public static func command<C: Command>(_ type: C.Type) -> CommandNode where C.Context == Context {
    let outline = CommandOutline(
      name: C.name, aliases: C.aliases, summary: C.summary, isHidden: C.isHidden,
      texts: { CommandOutline.Texts(discussion: C.discussion, examples: C.examples, exitCodes: C.exitCodes) },
      parameters: {
        let fresh = C()
        return C.fields.map { $0.described(by: fresh) }
      })
    return CommandNode(outline: outline, children: { [] }) { words, path throws(UsageError) in
      let command = try WordReader<C>(fields: C.fields, path: path) { C.examples.first?.line }.read(words, into: C())
      return { context in try await command.run(in: context) }
    }
  }

  /// A word with commands below it; `defaultChild` is meant when none is named. The children are made when they are asked for.
  public static func group(
    _ name: String, _ summary: String, discussion: @autoclosure @escaping @Sendable () -> String = "",
    examples: @autoclosure @escaping @Sendable () -> [Example] = [], exitCodes: @autoclosure @escaping @Sendable () -> [ExitNote] = [],
    aliases: [String] = [], defaultChild: String? = nil, _ children: @autoclosure @escaping @Sendable () -> [CommandNode]
  ) -> CommandNode {
    let outline = CommandOutline(
      name: name, aliases: aliases, summary: summary, defaultChild: defaultChild,
      texts: { CommandOutline.Texts(discussion: discussion(), examples: examples(), exitCodes: exitCodes()) },
      children: { children().map(\.outline) })
    return CommandNode(outline: outline, children: children, prepare: nil)
  }

  private init(
    outline: CommandOutline, children: @escaping @Sendable () -> [CommandNode],
    prepare: (@Sendable ([String], [String]) throws(UsageError) -> Ready)?
  ) {
    self.outline = outline
    makeChildren = children
    self.prepare = prepare
  }

  /// Turns the words after the program's name into a request. Touches nothing.
  /// - Throws: ``UsageError`` when the words ask for nothing that exists.
  public func request(_ words: [String]) throws(UsageError) -> Request {
    if words.first == "help" { return .help(path: try outlines(named: Array(words.dropFirst()))) }
    return try request(words[...], path: [])
  }

  private func request(_ words: ArraySlice<String>, path: [CommandOutline]) throws(UsageError) -> Request {
    let path = path + [outline]
    let names = path.map(\.name)
    if let prepare {
      if asksForHelp(words) { return .help(path: path) }
      return .run(path: names, try prepare(Array(words), names))
    }
    guard let word = words.first else { return try requestWithoutChild(path: path) }
    if let child = children.first(where: { $0.outline.answers(to: word) }) { return try child.request(words.dropFirst(), path: path) }
    if word == "--help" || word == "-h" { return .help(path: path) }
    if word.hasPrefix("-"), let child = fallback { return try child.request(words, path: path) }
    throw UsageError.unknown(word, under: path)
  }

  private var fallback: CommandNode? { children.first { $0.outline.name == outline.defaultChild } }

  private func requestWithoutChild(path: [CommandOutline]) throws(UsageError) -> Request {
    if let fallback { return try fallback.request([], path: path) }
    // The program alone is a question; a group alone is half a command.
    if path.count == 1 { return .help(path: path) }
    throw UsageError(.missingCommand(outline.visibleChildren.map(\.name)), in: path.map(\.name))
  }

  /// `--help` counts anywhere before `--`, even after a slip.
  private func asksForHelp(_ words: ArraySlice<String>) -> Bool {
    words.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
  }

  /// The outlines from here down to the command named by `words`.
  private func outlines(named words: [String]) throws(UsageError) -> [CommandOutline] {
    var path = [outline]
    for word in words where !word.hasPrefix("-") {
      guard let next = path.last?.children.first(where: { $0.answers(to: word) }) else {
        throw UsageError.unknown(word, under: path)
      }
      path.append(next)
    }
    return path
  }
}
