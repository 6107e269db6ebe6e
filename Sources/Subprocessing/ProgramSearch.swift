import Basics
import Glibc

/// Finds programs as execvp(3) does, but in the child's own `PATH`, and explains what it did not find.
public enum ProgramSearch {
  /// Where programs are looked for when the environment has no `PATH`.
  public static let defaultPath = "/usr/local/bin:/usr/bin:/bin"

  /// The file that `program` means.
  ///
  /// - Parameters:
  ///   - environment: holds the `PATH` to search.
  ///   - folder: what relative entries of `PATH` are seen from; the caller's working directory when nil.
  /// - Throws: ``SpawnError`` that says where was searched.
  public static func resolve(_ program: String, environment: [String: String], folder: String? = nil) throws(SpawnError) -> String {
    guard !program.isEmpty else { throw SpawnError(.programNotFound, "cannot run a program without a name") }
    if program.utf8.contains(UInt8(ascii: "/")) { return program }
    let path = environment["PATH"] ?? defaultPath
    var refused: String?
    for entry in path.split(separator: ":", omittingEmptySubsequences: false) {
      let place = entry.isEmpty ? "." : String(entry)
      let candidate = (place.hasPrefix("/") || folder == nil ? place : "\(folder ?? ".")/\(place)") + "/" + program
      if access(candidate, X_OK) == 0 && !Files.isFolder(candidate) { return candidate }
      if errno == EACCES && Files.exists(candidate) { refused = refused ?? candidate }
    }
    if let refused { throw notExecutable(refused) }
    throw SpawnError(.programNotFound, "no program '\(program)' in PATH (\(path))", hints: substitutes(for: program, environment, folder))
  }

  /// The file that `program` means, or nil.
  public static func find(_ program: String, environment: [String: String]) -> String? {
    try? resolve(program, environment: environment)
  }

  private static func substitutes(for program: String, _ environment: [String: String], _ folder: String?) -> [String] {
    if program == "python", let python3 = try? resolve("python3", environment: environment, folder: folder) {
      return ["there is \(python3): write `python3`"]
    }
    if let folder, Files.exists(folder + "/" + program) {
      return ["there is a file of that name in \(folder): write `./\(program)`"]
    }
    return ["check the spelling with `command -v \(program)`, or write the program's full path"]
  }

  static func notExecutable(_ path: String) -> SpawnError {
    if Files.isFolder(path) { return SpawnError(.notExecutable, "\(path) is a folder, not a program") }
    return SpawnError(
      .notExecutable, "\(path) is not executable",
      hints: ["run `chmod +x \(path)`, or start it through its interpreter, such as `sh \(path)`"])
  }
}
