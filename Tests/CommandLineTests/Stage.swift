import Basics
import ControlAPI
import FoundationEssentials
import Glibc
import RunPilotCLI
import Synchronization
import TerminalUI
import Testing

/// A world of files and fakes in which commands run and can be overheard.
final class Stage: Sendable {
  /// What a command left behind.
  struct Result {
    let code: Int32
    let output: String
    let errors: String
  }

  /// 2026-11-21 12:00:00 UTC.
  static let now = Date(timeIntervalSince1970: 1_795_262_400)

  let folder: String
  let runs: FakeRuns
  let providers: FakeProviders
  let configuration: FakeConfiguration
  /// Costs; nil where nothing can be rented.
  let costs: FakeCosts?
  /// What a person would answer; nil when nobody is there.
  let answer: String?
  let signals: [Int32]
  let opened = Mutex<Set<String>>([])

  init(
    runs: FakeRuns = FakeRuns(), providers: FakeProviders = FakeProviders(), configuration: FakeConfiguration = FakeConfiguration(),
    costs: FakeCosts? = nil, answer: String? = nil, signals: [Int32] = []
  ) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "stage-\(UUID().uuidString)").path
    try Files.createFolder(folder)
    self.runs = runs
    self.providers = providers
    self.configuration = configuration
    self.costs = costs
    self.answer = answer
    self.signals = signals
  }

  deinit { try? Files.removeTree(folder) }

  /// Runs one command line and returns what it wrote where.
  func run(_ words: [String], columns: Int? = nil, terminal: Bool = false, colour: Bool = false) async throws -> Result {
    let output = try scratch()
    let errors = try scratch()
    let facts = TerminalFacts(columns: columns, isTerminal: terminal, usesColour: colour)
    let code = await runCLI(arguments: words, world: world(output: output.raw, errors: errors.raw, facts: facts))
    return Result(code: code, output: try text(output.raw), errors: try text(errors.raw))
  }

  func run(_ line: String, columns: Int? = nil, terminal: Bool = false, colour: Bool = false) async throws -> Result {
    try await run(line.split(separator: " ").map(String.init), columns: columns, terminal: terminal, colour: colour)
  }

  /// The same with given descriptors.
  func world(output: Int32, errors: Int32, facts: TerminalFacts) -> World {
    let signals = self.signals
    let answer = self.answer
    var world = World(
      version: "1.2.3", environment: ["PATH": "/usr/bin:/bin", "HOME": folder], workingDirectory: folder,
      home: { [folder] in folder + "/home" },
      output: OutputPort(descriptor: output, facts: facts, name: "standard output"),
      errors: OutputPort(descriptor: errors, facts: facts, name: "standard error"), readLine: { answer }, inputIsTerminal: answer != nil,
      now: { Self.now }, times: .utc, signals: { AsyncStream { for signal in signals { $0.yield(signal) } } },
      runs: { [self] in open("runs", runs) }, providers: { [self] in open("providers", providers) },
      configuration: { [self] in open("configuration", configuration) }, pause: { _ in await Task.yield() })
    if let costs { world.costs = { costs } }
    return world
  }

  private func open<Service>(_ name: String, _ service: Service) -> Service {
    opened.withLock { _ = $0.insert(name) }
    return service
  }

  private func scratch() throws -> Descriptor { try Descriptor.open("\(folder)/.\(UUID().uuidString)", O_RDWR | O_CREAT | O_APPEND) }

  private func text(_ descriptor: Int32) throws -> String {
    let size = lseek(descriptor, 0, SEEK_END)
    var bytes = [UInt8](repeating: 0, count: max(0, Int(size)))
    _ = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
