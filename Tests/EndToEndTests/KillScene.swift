/// A command that is killed at every point.
struct KillScene: Sendable {
  /// For the names of its homes.
  var name: String
  /// How it ends when nobody kills it.
  var exitCode: Int32 = 0
  /// It has at least so many points.
  var least = 15
  /// Words that a clean-up afterwards needs beside `--force --yes`, after the machines' names.
  var cleanup: @Sendable (_ machines: [String]) -> [String] = { _ in [] }
  /// What goes on beside the command, until that ends.
  var beside: (@Sendable (UnbootedHome) async throws -> Void)?
  /// What must hold at once, before anything else is done in that home.
  var atOnce: (@Sendable (UnbootedHome, _ place: String) async throws -> Void)?
  /// Brings a new home to where the command comes in, and says the command.
  var prepare: @Sendable (UnbootedHome) async throws -> [String]
}
