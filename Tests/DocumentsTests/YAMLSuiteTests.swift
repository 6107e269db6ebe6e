import Basics
import Documents
import FoundationEssentials
import Testing
import YAML

@Suite("yaml-test-suite")
struct YAMLSuiteTests {
  /// What our reader does otherwise than YAML 1.2 wants, and why. Exact: a case that starts to agree fails the test until it is taken off.
  static let known: [String: String] = {
    var known: [String: String] = [:]
    for (reason, cases) in [
      ("one file holds one document", "6ZKB 7Z25 9DXL 9KAX JHB9 KSS4 PUW8 RZT7"),
      (
        "tags beyond the core schema are refused, since nothing here gives them a meaning",
        "2XXW 5TYM 6CK3 6WLZ 9WXW C4HZ CUP7 M5C3 P76L UGM3"
      ),
      ("a list or mapping as a key is refused: it is nearly always an unquoted {{ }}", "4FJ6 6BFJ 6PBE LX3P Q9WF SBG9 X38W XW4D"),
      ("libyaml refuses a block mapping whose key is left out", "2JQS 6M2F NKF9"),
      (
        "libyaml refuses some colons in flow mappings: on a line of their own, or first in a value",
        "4MUZ/00 4MUZ/01 4MUZ/02 58MP 5MUD 5T43 9SA2 UKK6/00"
      ),
      ("libyaml takes letters, digits, - and _ in anchors (YAML 1.1)", "8XYN W5VH"),
      ("libyaml is stricter with tabs in white space than YAML 1.2, and once laxer", "DK95/00 DK95/01 DK95/03 DK95/04 Q5MG R4YG"),
      (
        "libyaml accepts: wrong indentation of flow and quoted values and of block scalars, and comments that touch",
        "9C9N CVW2 QB6E S98Z SU5Z"
      ),
      ("libyaml drops a last line that holds only spaces", "JEF9/02"),
    ] {
      for name in cases.split(separator: " ") { known[String(name)] = reason }
    }
    return known
  }()

  @Test("Every case reads as the suite says, but for the known ones")
  func cases() throws {
    let files = try Vectors.files("yaml", ending: "in.yaml")
    #expect(files.count == 193)
    var differing: [String: String] = [:]
    for file in files {
      let name = String(file.dropLast("/in.yaml".count))
      if let difference = try difference(name, text: Vectors.read("yaml", file)) { differing[name] = difference }
    }
    for (name, difference) in differing.sorted(by: { $0.key < $1.key }) where Self.known[name] == nil {
      Issue.record("\(name) \(try title(name)): \(difference)")
    }
    for name in Self.known.keys.sorted() where differing[name] == nil { Issue.record("\(name) is listed as known to differ, but agrees") }
  }

  private func title(_ name: String) throws -> String {
    String(decoding: try Vectors.read("yaml", name + "/title"), as: UTF8.self).trimmed()
  }

  /// How the reading differs from what the suite expects; nil when it agrees.
  private func difference(_ name: String, text: Data) throws -> String? {
    let folder = "\(Vectors.folder)/yaml/\(name)"
    let result = Result { () throws(SourceDiagnostic) in try YAML.parse(text, name: name) }
    if Files.exists(folder + "/error") {
      if case .success(let node) = result { return "accepted as \(node.json)" }
      return nil
    }
    switch result {
    case .failure(let error): return error.headline
    case .success(let node):
      guard Files.exists(folder + "/in.json") else { return nil }
      guard let json = try? JSON.decode(JSONValue.self, from: Vectors.read("yaml", name + "/in.json")) else { return "several documents" }
      return sameValue(node.json, json) ? nil : "read as \(node.json) instead of \(json)"
    }
  }

  /// JSON has one kind of number.
  private func sameValue(_ left: JSONValue, _ right: JSONValue) -> Bool {
    switch (left, right) {
    case (.int(let left), .double(let right)): Double(left) == right
    case (.double(let left), .int(let right)): left == Double(right)
    case (.array(let left), .array(let right)): left.count == right.count && zip(left, right).allSatisfy(sameValue)
    case (.object(let left), .object(let right)):
      left.count == right.count && left.allSatisfy { key, value in right[key].map { sameValue(value, $0) } ?? false }
    default: left == right
    }
  }
}
