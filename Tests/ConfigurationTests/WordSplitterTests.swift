import Basics
import FoundationEssentials
import Subprocessing
import Testing

@testable import Configuration

@Suite("Splitting a command line into words")
struct WordSplitterTests {
  @Test(
    "Quotes and backslashes",
    arguments: [
      ("a b", ["a", "b"]), ("  a\tb\n", ["a", "b"]), ("'a b' c", ["a b", "c"]), ("a'b'\"c\"d", ["abcd"]), ("''", [""]),
      ("a '' b", ["a", "", "b"]),
      ("\"a 'b' c\"", ["a 'b' c"]), ("'a \"b\"'", ["a \"b\""]), ("a\\ b", ["a b"]), ("\"a\\\"b\"", ["a\"b"]), ("\"a\\nb\"", ["a\\nb"]),
      ("'a\\'", ["a\\"]), ("a\\\\b", ["a\\b"]), ("\"\\$x\"", ["$x"]), ("日本 é", ["日本", "é"]), ("", []), ("a\\\nb", ["ab"]),
    ])
  func words(text: String, words: [String]) throws { #expect(try WordSplitter.split(text).words == words) }

  @Test(
    "What only a shell understands is noticed outside quotes, and only there",
    arguments: [
      ("a && b", ["&&", "&"]), ("a > b", [">"]), ("echo $HOME", ["$HOME"]), ("echo ${X}", ["${"]), ("echo $(x)", ["$("]), ("'a && b'", []),
      ("\"$HOME\"", []), ("a \\& b", []), ("${params.lr}", []), ("cost $ 5", []), ("100%", []),
    ])
  func signs(text: String, signs: [String]) throws { #expect(try WordSplitter.split(text).shellSigns == signs) }

  @Test("Whatever is taken, a shell splits alike")
  func likeAShell() async throws {
    var random = SystemRandomNumberGenerator()
    let pieces = ["a", "b", " ", "'", "\"", "\\", "\t", "=", "-", "é", ".", "/", ":", "%", "@", "+", ","]
    var texts: [(text: String, words: [String])] = []
    while texts.count < 400 {
      let text = (0..<Int.random(in: 1...12)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      if let result = try? WordSplitter.split(text) { texts.append((text, result.words)) }
    }
    let script = texts.map { "printf '[%s]\\n' \($0.text)\necho ===" }.joined(separator: "\n")
    let outcome = try await Command(["sh", "-c", script], environment: ["PATH": ProgramSearch.defaultPath]).run()
    let answers = outcome.text.components(separatedBy: "\n===")
    for (number, (text, words)) in texts.enumerated() {
      let expected = words.isEmpty ? "[]" : words.map { "[\($0)]" }.joined(separator: "\n")
      #expect(answers[number].trimmed() == expected, "\(text)")
    }
  }
}
