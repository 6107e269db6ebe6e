import Documents
import FoundationEssentials
import Testing

@testable import Configuration

@Suite("Files of secret variables")
struct EnvFileTests {
  @Test(
    "Lines as dotenv files have them",
    arguments: [
      ("A=1", "A", "1"), ("export A=1", "A", "1"), ("  A = b c  ", "A", "b c"), ("A=b # c", "A", "b"), ("A=b#c", "A", "b#c"),
      ("A=", "A", ""),
      ("A='b # c'", "A", "b # c"), ("A=\"b\\nc\\\"\"", "A", "b\nc\""), ("A='b\\n'", "A", "b\\n"), ("A=$HOME", "A", "$HOME"),
      ("A=\"x\" # why", "A", "x"), ("A==b=", "A", "=b="), ("# c\n\nA=1\r\n", "A", "1"), ("\u{FEFF}A=1", "A", "1"), ("A=# only", "A", ""),
    ])
  func lines(text: String, name: String, value: String) throws {
    let values = try EnvFile.parse(Data(text.utf8), name: ".env")
    #expect(values.map(\.name) == [name] && values.map(\.value) == [value])
  }

  @Test(
    "What is wrong is named by line, and never shown",
    arguments: [
      ("A=1\nhunter2", "2:1", "no '='"), ("A=\"hunter2", "1:1", "not closed"), ("A='hunter2\nmore'", "1:1", "not closed"),
      ("1hunter2=x", "1:1", "no name of a variable"), ("A='hunter2' x", "1:1", "follows the closing quote"),
      ("A=hunter2\u{0}", "", "no text file"),
    ])
  func slips(text: String, place: String, problem: String) throws {
    let error = try #require(throws: SourceDiagnostic.self) { try EnvFile.parse(Data(text.utf8), name: ".env") }
    #expect((error.position?.description ?? "") == place && error.problem.contains(problem))
    #expect(!error.rendered.contains("hunter2"))
  }
}
