import FoundationEssentials

/// The checkout that these tests were built from.
struct Repository {
  let root: String

  init(file: String = #filePath) {
    root = file.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }
  }

  func text(_ path: String) throws -> String { try String(contentsOfFile: root + "/" + path, encoding: .utf8) }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + "/" + path) }

  /// The names in a folder, hidden ones and what git ignores left out.
  func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? root : root + "/" + folder)
      .filter { !$0.hasPrefix(".") && $0 != "Package.resolved" && $0 != "__pycache__" }.sorted()
  }

  func folders(in folder: String) throws -> [String] {
    try names(in: folder).filter { isFolder("\(folder)/\($0)") }
  }

  /// Every file below a folder whose name ends so, as paths from the root.
  func files(below folder: String, suffix: String) throws -> [String] {
    try names(in: folder).flatMap { name -> [String] in
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      if isFolder(path) { return try files(below: path, suffix: suffix) }
      return path.hasSuffix(suffix) ? [path] : []
    }
  }

  func sources(below folder: String) throws -> [SwiftSource] {
    try files(below: folder, suffix: ".swift").map { SwiftSource(path: $0, text: try text($0)) }
  }

  private func isFolder(_ path: String) -> Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: root + "/" + path, isDirectory: &isFolder) && isFolder
  }
}
