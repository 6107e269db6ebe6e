import Basics
import FoundationEssentials

/// The public test suites beside this file.
enum Vectors {
  static let folder = Paths.parent(of: #filePath) + "/Vectors"

  /// Every file below a folder that ends in `suffix`, relative to the folder, sorted.
  static func files(_ suite: String, ending suffix: String) throws -> [String] {
    var found: [String] = []
    var pending = [""]
    while let path = pending.popLast() {
      for name in try Files.names(in: "\(folder)/\(suite)\(path)") {
        let file = "\(path)/\(name)"
        if Files.isFolder("\(folder)/\(suite)\(file)") {
          pending.append(file)
        } else if name.hasSuffix(suffix) {
          found.append(String(file.dropFirst()))
        }
      }
    }
    return found.sorted()
  }

  static func read(_ suite: String, _ file: String) throws -> Data { try Files.read("\(folder)/\(suite)/\(file)") }
}
