import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Testing
import TrainingModel

/// `matrix:` with the built program.
@Suite("A sweep")
struct SweepTests {
  private static let file = """
    name: sweep
    entrypoint: [sh, -c, 'echo "METRIC loss=$RUNPILOT_PARAM_LR"; test "$RUNPILOT_PARAM_LR" != "${params.bad}"']
    params: {bad: 0.2}
    matrix:
      lr: [0.1, 0.2, 0.3]
      layers: [2, 4]
    max_parallel: 3
    """

  private func label(_ text: String) throws -> String {
    try #require(text.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init).first { $0.hasPrefix("sweep-") })
  }

  @Test("one run for each combination, a label for all; what failed is run again by --resume, and only that")
  func resumed() async throws {
    let home = try TestHome()
    try home.write("train.yaml", Self.file)
    let first = try await home.runpilot("run", "train.yaml", "--provider", "local")
    #expect(first.exitCode == 3, "\(first.stderr)")
    let label = try label(first.stderr)
    let records = try home.records()
    #expect(records.count == 6 && records.allSatisfy { $0.tags == [label] })
    let pairs = records.map { "\($0.params["lr"]?.plainText ?? "")/\($0.params["layers"]?.plainText ?? "")" }
    #expect(Set(pairs) == ["0.1/2", "0.1/4", "0.2/2", "0.2/4", "0.3/2", "0.3/4"])
    #expect(records.count { $0.status == .success } == 4)
    // A run a line, however many there are.
    let lines = first.stdout.split(separator: "\n")
    #expect(lines[0].split(separator: " ").prefix(3) == ["ID", "LAYERS", "LR"] && lines[0].contains("LOSS"), "\(first.stdout)")
    #expect(lines[1...6].allSatisfy { $0.hasPrefix("rp_000") } && lines[6].contains(" 0.3 "), "\(first.stdout)")
    let again = try await home.runpilot("run", "train.yaml", "--provider", "local", "--resume", label, "--param", "bad=9")
    #expect(again.exitCode == 0, "\(again.stderr)")
    #expect(again.stderr.contains("2 of 6 runs to start"))
    #expect(try home.records().count == 8)
    let compared = try await home.runpilot("compare", "--tag", label)
    #expect(compared.exitCode == 0 && compared.stdout.contains("rp_0008"), "\(compared.stderr)")
    let listed = try await home.runpilot("list", "--tag", label, "-q")
    #expect(listed.stdout.split(separator: "\n").count == 8)
  }

  @Test("following many runs needs many files, and jobs get the limit that the user has all the same")
  func openFiles() async throws {
    let home = try TestHome()
    try home.write("train.yaml", "name: limits\nentrypoint: [sh, -c, 'ulimit -Sn']\nmatrix: {n: [1, 2]}\n")
    let run = try await home.shell("ulimit -Sn 40 && \(try BuiltProducts.path("runpilot")) run train.yaml --provider local -q")
    #expect(run.exitCode == 0, "\(run.stderr)")
    #expect(try home.records().map { try home.log($0.id.rawValue).trimmed() } == ["40", "40"])
  }

  @Test("--resume knows what has succeeded by its value, however its number is written")
  func numbers() async throws {
    let home = try TestHome()
    try home.write("train.yaml", "name: n\nentrypoint: ['true']\nmatrix: {lr: [1.0, 1e1, 0.5, [2.0]]}\nmax_parallel: 4\n")
    let first = try await home.runpilot("run", "train.yaml", "--provider", "local")
    #expect(first.exitCode == 0, "\(first.stderr)")
    let again = try await home.runpilot("run", "train.yaml", "--provider", "local", "--resume", try label(first.stderr))
    #expect(again.exitCode == 0 && again.stderr.contains("0 of 4 runs to start"), "\(again.stderr)")
    #expect(try home.records().count == 4)
  }

  @Test("no more than max_parallel runs go on at once")
  func bounded() async throws {
    let home = try TestHome()
    try home.write(
      "train.yaml",
      """
      name: crowd
      entrypoint:
        - sh
        - -c
        - 'mkdir -p here; : > here/$RUNPILOT_PARAM_N; ls here | wc -l; sleep 0.3; rm here/$RUNPILOT_PARAM_N'
      matrix: {n: [1, 2, 3, 4, 5, 6]}
      max_parallel: 2
      """)
    let run = try await home.runpilot("run", "train.yaml", "--provider", "local", "-q")
    #expect(run.exitCode == 0 && run.stdout.split(separator: "\n").count == 6, "\(run.stderr)")
    let most = try home.records().compactMap { Int(try home.log($0.id.rawValue).trimmed()) }.max()
    #expect(most == 2)
  }

  @Test("SIGTERM is for the command alone: its runs go on, and --resume follows them and starts the rest")
  func left() async throws {
    let home = try TestHome()
    try home.write(
      "train.yaml",
      "name: slow\nentrypoint: [sh, -c, 'while [ ! -e go ]; do sleep 0.05; done']\nmatrix: {n: [1, 2, 3]}\nmax_parallel: 2\n")
    let program = try home.start("run", "train.yaml", "--provider", "local")
    try await eventually { (try? home.records().count { $0.status == .running }) == 2 }
    program.kill(SIGTERM)
    let run = try await program.wait()
    #expect(run.exitCode == 128 + SIGTERM, "\(run.stderr)")
    #expect(try home.records().count { $0.status == .running } == 2)
    let rest = try home.start("run", "train.yaml", "--provider", "local", "--resume", try label(run.stderr))
    try home.write("go", "")
    let end = try await rest.wait()
    #expect(end.exitCode == 0 && end.stderr.contains("3 of 3 succeeded"), "\(end.stderr)")
    #expect(try home.records().count == 3)
  }

  @Test("what stands in the way of one run stands in the way of all: nothing more is started")
  func refused() async throws {
    let home = try TestHome()
    try home.write("p.toml", "[providers.docker]\nmodule = \"docker\"\nhost = \"unix:///nowhere.sock\"\n")
    try home.write("image.yaml", "name: none\nimage: none\nentrypoint: ['true']\nmatrix: {n: [1, 2, 3]}\n")
    let run = try await home.runpilot("--providers-file", home.project + "/p.toml", "run", "image.yaml")
    #expect(run.exitCode == 69 && run.stderr.contains("nothing after it"), "\(run.exitCode) \(run.stderr)")
    #expect(try home.records().count <= 1)
  }

  @Test("Ctrl-C ends what runs, starts nothing more, and says how to go on")
  func stopped() async throws {
    let home = try TestHome()
    try home.write("train.yaml", "name: slow\nentrypoint: [sleep, '600']\nmatrix: {n: [1, 2, 3]}\nmax_parallel: 2\n")
    let program = try home.start("run", "train.yaml", "--provider", "local")
    try await eventually { (try? home.records().count { $0.status == .running }) == 2 }
    program.kill(SIGINT)
    let run = try await program.wait()
    #expect(run.exitCode == 130 && run.stderr.contains("--resume sweep-"), "\(run.stderr)")
    let records = try home.records()
    #expect(records.count == 2 && records.allSatisfy { $0.status == .cancelled })
  }
}
