import Basics
import Configuration
import Documents
import FoundationEssentials
import RunPilotTesting
import Testing
import TrainingModel

@Suite("The config.yaml of a run folder")
struct RunFileTextTests {
  @Test("Reading what was written gives an equal run, whatever the run")
  func roundTrip() throws {
    for seed in 0..<2_000 {
      var random = Chance(seed: UInt64(seed))
      let spec = random.spec()
      let text = RunFileText.write(spec)
      do {
        #expect(try RunFileText.read(Data(text.utf8), name: "config.yaml") == spec, "\(text)")
      } catch {
        Issue.record("\(words(error))\n\(text)")
      }
    }
  }

  @Test("It reads like a run file")
  func looks() throws {
    var spec = RunSpec(
      name: "digits", entrypoint: ["python3", "train.py", "--lr", "${params.lr}"], projectFolder: "/home/me/lab", provider: "box")
    spec.image = "python:3.12"
    spec.params = ["lr": .double(0.5)]
    spec.environment = ["EPOCHS": "1", "FAST": "yes"]
    spec.secretNames = ["TOKEN"]
    spec.resources.cpuMillis = 1500
    spec.resources.memory = ByteSize(bytes: 8 << 30)
    spec.mounts = [Mount(name: "d", source: "/d", target: "/app/d", readOnly: true)]
    spec.maxDurationSeconds = 3600
    spec.seed = 7
    #expect(
      RunFileText.write(spec) == """
        name: digits
        image: python:3.12
        entrypoint:
          - python3
          - train.py
          - "--lr"
          - ${params.lr}
        project_folder: /home/me/lab
        env:
          EPOCHS: "1"
          FAST: "yes"
        secrets:
          - TOKEN
        params:
          lr: 0.5
        resources:
          cpu: 1.5
          memory: 8g
        mounts:
          d:
            source: /d
            target: /app/d
            read_only: true
        provider: box
        max_duration: 3600
        stop_grace: 30
        seed: 7

        """)
  }

  @Test("`runpilot run` takes it as it is")
  func runs() throws {
    let first = try Bench.run("name: n\nentrypoint: sh -c 'exit 3'\nparams: {lr: 0.1}\ntags: [a]\n").spec
    let again = try Bench(["config.yaml": RunFileText.write(first)]).configurator.resolve("config.yaml").spec
    #expect(again == first)
  }

  @Test("What is no resolved run is refused", arguments: ["", "name: n\nentrypoint: x\n", "name: [", "nmae: x"])
  func refused(_ text: String) { #expect(throws: (any Error).self) { try RunFileText.read(Data(text.utf8), name: "c") } }
}

/// Runs of every shape.
extension Chance {
  mutating func flip() -> Bool { Bool.random(using: &self) }

  /// Text for one line, with what means something to YAML.
  mutating func line() -> String {
    let pieces = [
      "a", "é", " ", ":", ": ", "#", " #", "-", "\"", "'", "\\", "{", "[", "yes", "1", ".5", "null", "~", "*", "!", "%", "@", "日",
    ]
    let text = (0..<Int.random(in: 1...5, using: &self)).map { _ in pieces.randomElement(using: &self) ?? "" }.joined()
    return text.trimmed().isEmpty ? "x" : text
  }

  /// Any text but a zero byte.
  mutating func text() -> String { flip() ? line() : line() + "\n\t\u{1B}\u{85}" + line() }

  mutating func word() -> String { "w\(Int.random(in: 0...99, using: &self)):/.-" }

  mutating func scalar() -> JSONValue {
    switch Int.random(in: 0...3, using: &self) {
    case 0: .bool(flip())
    case 1: .int(.random(in: .min ... .max, using: &self))
    case 2: .double(Double(Int.random(in: -999...999, using: &self)) * 1e-5)
    default: .string(text())
    }
  }

  mutating func some<Value>(_ body: (inout Chance) -> Value) -> [Value] {
    (0..<Int.random(in: 0...3, using: &self)).map { _ in body(&self) }
  }

  mutating func spec() -> RunSpec {
    var spec = RunSpec(name: line(), entrypoint: [word()] + some { $0.text() }, projectFolder: "/p/" + line(), provider: ProviderID(word()))
    if flip() { spec.project = line() }
    if flip() { spec.image = word() }
    if flip() { spec.workdir = "/w/" + line() }
    if flip() { spec.user = word() }
    if flip() { spec.network = word() }
    if flip() { spec.seed = .random(in: 0 ... .max, using: &self) }
    if flip() { spec.maxDurationSeconds = .random(in: 0...1_000_000, using: &self) }
    spec.stopGraceSeconds = .random(in: 0...100, using: &self)
    spec.setup = some { $0.text() }
    spec.tags = some { $0.line() }
    spec.metrics = some { $0.line() }
    spec.outputs = some { "o" + $0.word() }
    spec.secretNames = some { "SECRET_\($0.next() % 9)" }
    spec.environment = Dictionary(some { ("NAME_\($0.next() % 9)", $0.text()) }) { $1 }
    for number in 0..<Int.random(in: 0...3, using: &self) {
      spec.params["p\(number)" + line().replacing("}", with: "")] = flip() ? scalar() : .array(some { $0.scalar() })
    }
    spec.mounts = (0..<Int.random(in: 0...2, using: &self)).map {
      Mount(name: "m\($0)", source: "/s/" + line(), target: "/t/\($0)", readOnly: flip())
    }
    spec.fallback = flip() ? ["local"] : []
    spec.resources = resources()
    spec.rental = rental()
    spec.rental.allowsNoLimit = spec.maxDurationSeconds == nil && flip()
    if flip() { spec.providerOptions = ["a": scalar(), "b": .array(some { $0.scalar() })] }
    return spec
  }

  private mutating func rental() -> RentalWishes {
    var wishes = RentalWishes()
    wishes.spot = flip()
    if flip() { wishes.maxPrice = Money(Decimal(Int.random(in: 1...99_999, using: &self)) / 1_000) }
    if flip() { wishes.maxCost = Money(Decimal(Int.random(in: 1...99_999, using: &self)) / 100) }
    if flip() { wishes.idleTimeoutSeconds = .random(in: 0...100_000, using: &self) }
    if flip() { wishes.retries = .random(in: 1...100, using: &self) }
    if flip() { wishes.nodes = .random(in: 2...100, using: &self) }
    if flip() {
      wishes.checkpoint = CheckpointWish(
        directory: "c" + word(), keep: flip() ? .random(in: 1...9, using: &self) : nil, resumeFlag: flip() ? "--" + word() : nil)
    }
    return wishes
  }

  private mutating func resources() -> ResourceNeed {
    var need = ResourceNeed()
    need.gpus = [.none, .all, .count(Int.random(in: 1...1024, using: &self)), .ids([word(), "0"])].randomElement(using: &self) ?? .none
    if flip() { need.gpuType = word() }
    if flip() { need.cpuMillis = .random(in: 1...1_000_000, using: &self) }
    if flip() { need.memory = ByteSize(bytes: .random(in: 0...(1 << 45), using: &self)) }
    if flip() { need.sharedMemory = ByteSize(bytes: Int64.random(in: 1...999, using: &self) << 20) }
    if flip() { need.disk = ByteSize(bytes: Int64.random(in: 1...999, using: &self) << 30) }
    return need
  }
}
