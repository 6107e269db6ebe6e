import Basics
import ControlAPI
import FoundationEssentials
import Glibc
import TrainingModel

/// Runs as a home would hold them after a day of work.
enum SampleRuns {
  static func fakes() -> FakeRuns {
    let fakes = FakeRuns([alive, lost, crashed, best, first])
    fakes.with { state in
      state.metrics = [
        best.id: metrics(best.id, loss: 0.0231, accuracy: 0.9812), first.id: metrics(first.id, loss: 0.2744, accuracy: 0.913),
        alive.id: metrics(alive.id, loss: 0.51, accuracy: 0.7),
      ]
      state.outputs = [best.id: [OutputFile(path: "model.json", bytes: 48_213), OutputFile(path: "plots/loss.png", bytes: 120_044)]]
    }
    return fakes
  }

  static let alive: RunRecord = {
    var record = SampleRuns.record(5, "digits-mlp", minutesAgo: 2)
    record.status = .running
    return record
  }()

  static let lost: RunRecord = {
    var record = SampleRuns.record(4, "日本語 experiment with a name that is far too long for any column", minutesAgo: 75)
    record.status = .failed
    record.reason = .lost
    record.durationSeconds = 12
    record.finishedAt = record.startedAt?.addingTimeInterval(12)
    return record
  }()

  static let crashed: RunRecord = {
    var record = SampleRuns.record(3, "evil\u{1B}[2J\nname", minutesAgo: 60 * 5)
    record.status = .failed
    record.reason = .signalled
    record.signal = SIGSEGV
    record.durationSeconds = 3.25
    record.tags = ["baseline"]
    return record
  }()

  static let best: RunRecord = {
    var record = SampleRuns.record(2, "digits-mlp", minutesAgo: 60 * 26)
    record.status = .success
    record.reason = .exited
    record.exitCode = 0
    record.provider = "boxes"
    record.image = "registry.example.org/team/train:2.4"
    record.imageDigest = "sha256:9b0f7a3b1ff2f1c0b7a0ddc7a0a2f3cbe7e1bb6d4c1c3c5f6a7b8c9d0e1f2a3b"
    record.params = ["lr": .double(0.01), "epochs": .int(30), "layers": .array([.int(64), .int(32)])]
    record.tags = ["baseline", "sweep-7"]
    record.durationSeconds = 151.4
    record.finishedAt = record.startedAt?.addingTimeInterval(151.4)
    record.metrics = ["loss", "accuracy"]
    record.warnings = ["memory limit could not be set: no memory controller for this user"]
    record.secrets = ["WANDB_API_KEY"]
    var git = GitState(commit: "1a2b3c4d5e6f708192a3b4c5d6e7f80912345678", branch: "main", dirty: true)
    git.patch = true
    git.untracked = ["notes.txt"]
    record.git = git
    record.host = HostFacts(hostname: "workstation", os: "Linux 6.1.0-28-amd64", arch: "x86_64", cpus: 16, memoryBytes: 68_719_476_736)
    record.user = "me"
    record.versions = ["runpilot": "0.1.0", "agent": "0.1.0", "python": "3.12.4"]
    record.seedEnv = ["RUNPILOT_SEED": "1234567"]
    return record
  }()

  static let first: RunRecord = {
    var record = SampleRuns.record(1, "digits-mlp", minutesAgo: 60 * 24 * 45)
    record.status = .success
    record.reason = .exited
    record.exitCode = 0
    record.params = ["lr": .double(0.1), "epochs": .int(30)]
    record.durationSeconds = 149
    record.finishedAt = record.startedAt?.addingTimeInterval(149)
    record.git = GitState(commit: "ffee3c4d5e6f708192a3b4c5d6e7f80912345678", branch: "main", dirty: false)
    return record
  }()

  static func record(_ number: Int, _ name: String, minutesAgo: Double) -> RunRecord {
    var spec = RunSpec(
      name: name, entrypoint: ["python3", "train.py", "--data", "data/digits with space.csv"], projectFolder: "/home/me/digits",
      provider: "local")
    spec.workdir = "/home/me/digits"
    let created = Stage.now.addingTimeInterval(-minutesAgo * 60 - 1)
    var record = RunRecord(
      id: RunID("rp_000\(number)"), uid: "019aa000-0000-7000-8000-00000000000\(number)", spec: spec,
      runDir: "/home/me/.runpilot/runs/rp_000\(number)", createdAt: created)
    record.startedAt = created.addingTimeInterval(1)
    return record
  }

  static func metrics(_ id: RunID, loss: Double, accuracy: Double) -> MetricsDocument {
    var series: [String: [MetricSample]] = ["loss": [], "accuracy": [], "val_loss": []]
    for step in 0...30 {
      let fall = exp(-Double(step) / 8)
      let last = step == 30
      series["loss"]?.append(MetricSample(step: Int64(step), value: last ? loss : loss + 2 * fall, time: Stage.now))
      series["val_loss"]?.append(MetricSample(step: Int64(step), value: loss * 1.2 + 2 * fall, time: Stage.now))
      series["accuracy"]?.append(MetricSample(step: Int64(step), value: last ? accuracy : accuracy - 0.8 * fall, time: Stage.now))
    }
    let summary = ["loss": loss, "accuracy": accuracy, "val_loss": series["val_loss"]?.last?.value ?? 0]
    return MetricsDocument(runID: id.rawValue, summary: summary, timeSeries: series, tags: [], recordedAt: Stage.now)
  }
}
