import Basics
import FoundationEssentials

/// The vectors beside these tests.
enum Vectors {
  private static let folder = Paths.parent(of: #filePath) + "/Vectors/"

  static func path(_ name: String) -> String { folder + name }
  static func read(_ name: String) throws -> Data { try Files.read(path(name)) }
  static func json(_ name: String) throws -> JSONValue { try JSON.decode(JSONValue.self, from: read(name)) }
}

extension JSONValue {
  /// Object members whose values are text.
  var texts: [String: String] { (objectValue ?? [:]).compactMapValues(\.stringValue) }
}
