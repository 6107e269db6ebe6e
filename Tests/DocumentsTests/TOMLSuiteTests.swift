import Basics
import Documents
import FoundationEssentials
import TOML
import Testing

@Suite("toml-test, the list for TOML 1.0.0")
struct TOMLSuiteTests {
  @Test("Every valid file reads as the suite says")
  func valid() throws {
    let files = try Vectors.files("toml/valid", ending: ".toml")
    #expect(files.count >= 100)
    for file in files {
      let expected = try JSON.decode(JSONValue.self, from: Vectors.read("toml/valid", file.dropLast(5) + ".json"))
      do {
        let node = try TOML.parse(Vectors.read("toml/valid", file), name: file)
        #expect(TaggedValue(node) == TaggedValue(expected), "\(file)")
      } catch {
        Issue.record("\(file): \(error)")
      }
    }
  }

  @Test("Every invalid file is refused, with a place inside it")
  func invalid() throws {
    let files = try Vectors.files("toml/invalid", ending: ".toml")
    #expect(files.count >= 200)
    for file in files {
      do {
        _ = try TOML.parse(Vectors.read("toml/invalid", file), name: file)
        Issue.record("accepted: \(file)")
      } catch let error as SourceDiagnostic {
        #expect(error.position != nil, "\(file)")
      }
    }
  }

  @Test("The files are those of the suite's own list")
  func listed() throws {
    let list = String(decoding: try Vectors.read("toml", "files-toml-1.0.0"), as: UTF8.self)
    let wanted = list.split(separator: "\n").map(String.init).filter { $0.hasSuffix(".toml") }
    let held = try ["valid", "invalid"].flatMap { part in try Vectors.files("toml/\(part)", ending: ".toml").map { "\(part)/\($0)" } }
    #expect(Set(held) == Set(wanted))
  }
}
