import Basics
import Testing
import TrainingModel

@Suite("Parameters inside the entrypoint and variables")
struct ParameterReferenceTests {
  static let params: [String: JSONValue] = ["lr": .double(0.1), "layers": .array([.int(1), .int(2)]), "name": .string("a b")]

  @Test(
    "References are replaced by plain text; everything else stays",
    arguments: [
      ("", ""), ("--lr=${params.lr}", "--lr=0.1"), ("${params.name}", "a b"), ("${params.layers}x${params.lr}", "1,2x0.1"),
      ("${params.none}", "${params.none}"), ("${params.lr", "${params.lr"), ("$HOME ${HOME}", "$HOME ${HOME}"), ("$${params.lr}", "$0.1"),
    ])
  func expand(text: String, expected: String) { #expect(ParameterReference.expand(text, params: Self.params) == expected) }

  @Test("A rerun with another parameter reaches the command line")
  func rerun() {
    var spec = RunSpec(name: "n", entrypoint: ["train", "--lr", "${params.lr}"], projectFolder: "/p", provider: "local")
    spec.environment = ["RATE": "${params.lr}"]
    for rate in [0.1, 0.2] {
      spec.params = ["lr": .double(rate)]
      #expect(spec.expandedEntrypoint == ["train", "--lr", "\(rate)"])
      #expect(spec.expandedEnvironment == ["RATE": "\(rate)"])
    }
  }
}
