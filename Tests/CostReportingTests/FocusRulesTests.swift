import Basics
import CostReporting
import FoundationEssentials
import RunPilotTesting
import Testing
import TrainingModel

@Suite("FOCUS")
struct FocusRulesTests {
  /// What the public validator says of a file, by its rules 1.0.
  private static func judge(_ text: String) async throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().path + "/../.."
    let program = root + "/.build-engines/python/bin/focus-validator"
    try #require(Files.exists(program), "it is not installed: dev/install-test-engines")
    let folder = try TemporaryFolder()
    let file = folder.path + "/focus.csv"
    try Files.writeAtomically(Array(text.utf8), to: file)
    // It finds its table of currencies only from the folder it is installed in.
    let library = root + "/.build-engines/python/lib"
    let python = try #require(try FileManager.default.contentsOfDirectory(atPath: library).first { $0.hasPrefix("python3") })
    let validator = try Program(
      [program, "--data-file", file, "--validate-version", "1.0"], environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path],
      workingFolder: "\(library)/\(python)/site-packages")
    let result = try await validator.wait()
    return result.stdout + result.stderr
  }

  @Test("The public validator's rules 1.0 hold for an export, and it does notice when they do not")
  func rules() async throws {
    let text = FocusCSV.text(SampleCosts.charges(seed: 3, rows: 12)).text
    let verdict = try await Self.judge(text)
    #expect(verdict.contains("Validation succeeded."), "\(verdict)")
    let wrong = text.replacing(",Usage-Based,", with: ",Now-And-Then,")
    #expect(try await Self.judge(wrong).contains("ChargeFrequency"))
  }
}
