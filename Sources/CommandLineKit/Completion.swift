/// What a shell offers when a value is completed.
public enum Completion: Sendable, Hashable {
  /// Nothing can be guessed.
  case nothing
  /// Files with one of these extensions (no dot; empty for any file), and folders on the way.
  case files([String])
  /// Folders only.
  case folders
  /// A fixed list.
  case words([String])
  /// The lines that the program itself prints for these arguments.
  case lines(of: [String])
}
