import Basics
import FoundationEssentials
import RunPilotTesting
import Testing

@Suite("The other commands", .serialized)
struct CommandTests {
  @Test("version opens nothing and needs no home")
  func version() async throws {
    let home = try TestHome()
    let version = try await home.runpilot("version")
    #expect(version.exitCode == 0)
    #expect(version.stdout.hasPrefix("runpilot "))
    #expect(!Files.exists(home.path), "the home was not even created")
  }

  @Test("init writes an example that runs as it is, and never overwrites")
  func initialise() async throws {
    let home = try TestHome()
    let first = try await home.runpilot("init")
    #expect(first.exitCode == 0, "\(first.stderr)")
    let written = try Files.readText(home.project + "/runpilot.yaml")
    let again = try await home.runpilot("init")
    #expect(again.exitCode != 0)
    #expect(try Files.readText(home.project + "/runpilot.yaml") == written)
    let run = try await home.runpilot("run", "runpilot.yaml")
    #expect(run.exitCode == 0, "\(run.stdout)\(run.stderr)")
  }

  @Test("--dry-run shows what would run and records nothing")
  func dryRun() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: n\nentrypoint: [touch, started]\nparams: {lr: 0.1}\n")
    let plan = try await home.runpilot("run", "a.yaml", "--dry-run")
    #expect(plan.exitCode == 0, "\(plan.stderr)")
    #expect(plan.stdout.contains("local"))
    #expect(!Files.exists(home.path + "/runs/rp_0001"))
    #expect(!Files.exists(home.project + "/started"))
  }

  @Test("providers, config, doctor and completions answer in a new home")
  func quietCommands() async throws {
    let home = try TestHome()
    let providers = try await home.runpilot("providers", "list")
    #expect(providers.exitCode == 0, "\(providers.stderr)")
    for name in ["local", "docker", "nvidia-docker"] { #expect(providers.stdout.contains(name)) }
    let check = try await home.runpilot("providers", "check", "local")
    #expect(check.exitCode == 0, "\(check.stdout)\(check.stderr)")
    let config = try await home.runpilot("config", "show", "--origin")
    #expect(config.exitCode == 0, "\(config.stderr)")
    let doctor = try await home.runpilot("doctor", "--json")
    #expect([0, 3, 69].contains(doctor.exitCode), "\(doctor.stderr)")
    for shell in ["bash", "zsh", "fish"] {
      let script = try await home.runpilot("completions", shell)
      #expect(script.exitCode == 0)
      #expect(script.stdout.contains("runpilot"))
    }
  }

  @Test("Every command explains itself")
  func help() async throws {
    let home = try TestHome()
    let commands = [
      "init", "run", "attach", "list", "show", "logs", "metrics", "compare", "rerun", "stop", "delete", "prune", "export", "import",
      "providers",
      "config", "trust", "doctor", "completions", "version",
    ]
    let top = try await home.runpilot("--help")
    #expect(top.exitCode == 0)
    for command in commands {
      #expect(top.stdout.contains(command), "\(command) is not in the help")
      let help = try await home.runpilot(command, "--help")
      #expect(help.exitCode == 0)
      #expect(help.stdout.lowercased().contains("usage"))
    }
  }

  @Test("A reader that goes away ends a listing quietly")
  func brokenPipe() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: n\nentrypoint: ['true']\n")
    _ = try await home.runpilot("run", "a.yaml")
    let piped = try await home.shell("\"$RUNPILOT\" list | true; \"$RUNPILOT\" logs rp_0001 | true")
    #expect(piped.stderr.isEmpty, "\(piped.stderr)")
  }
}
