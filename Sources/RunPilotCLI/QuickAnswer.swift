/// What can be answered before a world is built: the version, for `version`, `--version` and `-V` alone.
///
/// A program that asks here first, in a synchronous `main`, starts no thread for it, which is half of the time such a command takes.
/// - Returns: the text for standard output, or nil when the words ask for anything else.
public func quickAnswer(arguments: [String], version: String) -> String? {
  guard arguments.count == 1, arguments[0] == Version.name || Version.aliases.contains(arguments[0]) else { return nil }
  return VersionReport(version: version).line
}
