/// Words of a POSIX shell.
public enum ShellWord {
  /// A word that the shell takes for `text`, whatever is in it.
  public static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || "-_=/.,:@%+".utf8.contains($0) }
    return isPlain ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
