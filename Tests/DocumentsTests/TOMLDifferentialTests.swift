import Basics
import Documents
import FoundationEssentials
import RunPilotTesting
import Subprocessing
import TOML
import Testing

@Suite("TOML beside Python's tomllib")
struct TOMLDifferentialTests {
  /// Reads every document of a folder and prints one JSON object: file name → tagged value, or null when refused.
  private static let program = """
    import datetime, json, math, os, sys, tomllib
    def tag(v):
        if isinstance(v, bool): return {"type": "bool", "value": "true" if v else "false"}
        if isinstance(v, int):
            if not -2**63 <= v < 2**63: raise ValueError("beyond 64 bits")
            return {"type": "integer", "value": str(v)}
        if isinstance(v, float): return {"type": "float", "value": repr(v)}
        if isinstance(v, str): return {"type": "string", "value": v}
        if isinstance(v, list): return [tag(x) for x in v]
        if isinstance(v, dict): return {k: tag(x) for k, x in v.items()}
        if isinstance(v, datetime.datetime):
            return {"type": "datetime" if v.tzinfo else "datetime-local", "value": v.isoformat()}
        if isinstance(v, datetime.date): return {"type": "date-local", "value": v.isoformat()}
        return {"type": "time-local", "value": v.isoformat()}
    found = {}
    for name in os.listdir(sys.argv[1]):
        try:
            with open(os.path.join(sys.argv[1], name), "rb") as file: found[name] = tag(tomllib.load(file))
        except (ValueError, RecursionError): found[name] = None
    print(json.dumps(found))
    """

  /// Valid files of the suite, changed at random places: by a byte that means something, a cut, or a line of another file.
  private func mutants(count: Int) throws -> [String] {
    var random = Chance(seed: 11)
    let originals = try Vectors.files("toml/valid", ending: ".toml").map {
      String(decoding: try Vectors.read("toml/valid", $0), as: UTF8.self)
    }
    let lines = originals.flatMap { $0.split(separator: "\n") }
    let pieces = [
      "=", ".", "[", "]", "{", "}", ",", "\"", "'", "\"\"\"", "\n", "#", "_", "+", "-", "0", "1", "e", "x", "T", ":", "a", " ", "\\", "é",
    ]
    return (0..<count).map { _ in
      var text = Array((originals.randomElement(using: &random) ?? "").prefix(600))
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0...text.count, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0: text.insert(contentsOf: pieces.randomElement(using: &random) ?? "", at: place)
        case 1: text.removeSubrange(place..<min(text.count, place + Int.random(in: 1...4, using: &random)))
        case 2 where place < text.count: text[place] = pieces.randomElement(using: &random)?.first ?? " "
        default: text.insert(contentsOf: "\n" + (lines.randomElement(using: &random) ?? "") + "\n", at: place)
        }
      }
      return String(text)
    }
  }

  /// Python's datetime knows neither leap seconds nor the year 0, and tomllib turns CRLF inside text into LF, which TOML leaves open.
  private func isBeyondPython(_ text: String) -> Bool { text.contains(":60") || text.contains("0000-") || text.utf8.contains(0x0D) }

  @Test("Changed files are taken or refused alike, and read as the same values")
  func mutants() async throws {
    let folder = "/tmp/runpilot-toml-\(UUID().uuidString)"
    try Files.createFolder(folder)
    defer { try? Files.removeTree(folder) }
    let texts = try mutants(count: 3_000).filter { !isBeyondPython($0) }
    for (number, text) in texts.enumerated() { try Files.writeAtomically(Data(text.utf8), to: "\(folder)/\(number)") }
    let command = Command(
      ["python3", "-c", Self.program, folder], environment: ["PATH": ProgramSearch.defaultPath, "PYTHONUTF8": "1"], limit: 64 << 20,
      deadline: .seconds(120))
    let outcome = try await command.run()
    #expect(outcome.end.isSuccess, "\(outcome.errorText)")
    let answers = try JSON.decode([String: JSONValue?].self, from: Data(outcome.output))
    var accepted = 0
    for (number, text) in texts.enumerated() {
      let expected = answers["\(number)"].flatMap(\.self) ?? .null
      let node = try? TOML.parse(SourceText(name: "t", text: text))
      accepted += node == nil ? 0 : 1
      guard let node else {
        #expect(expected == .null, "we refuse what tomllib takes:\n\(text)")
        continue
      }
      #expect(expected != .null && TaggedValue(node) == TaggedValue(expected), "we take it otherwise than tomllib:\n\(text)")
    }
    #expect(accepted > 300 && accepted < texts.count - 300)
  }
}
