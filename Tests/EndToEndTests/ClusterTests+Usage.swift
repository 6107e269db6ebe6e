import Basics
import FoundationEssentials
import RunPilotTesting
import Testing
import TrainingModel

/// What a run on a cluster has cost, by the cluster's own accounts.
extension ClusterTests {
  @Test("what a job cost becomes what the accounts say of its nodes and GPUs, to the second and exactly; by programs and by slurmrestd")
  func usage() async throws {
    let cluster = try TestEngines.cluster.configuration
    let rest = "endpoint = \"\(try TestEngines.clusterREST.endpoint)\"\ntoken_command = [\"scontrol\", \"token\", \"username=root\"]\n"
    for way in ["", rest] {
      let stage = try Stage(way + "price_per_node_hour = \"3.60\"\nprice_per_gpu_hour = \"1.80\"")
      try stage.home.write("job.yaml", "name: x\nentrypoint: [sleep, '1']\nresources: {gpus: 2}\nmax_duration: 5m\n")
      let run = try await stage.run("run", "job.yaml", "--provider", "slurm")
      #expect(run.exitCode == 0, "\(run.stderr)")
      let record = try stage.home.record("rp_0001")
      let job = try #require(record.rental?.resource).rawValue
      // Once the ledger has it as over, the next look at the provider asks for the bill.
      try await eventually {
        _ = try? await stage.run("resources", "list", "--all")
        return (try? await stage.run("costs", "export"))?.stdout.contains(",billed") ?? false
      }
      let seconds = try await stage.home.shell("sacct -X -n -P -j \(job) -o ElapsedRaw", environment: ["SLURM_CONF": cluster]).stdout
        .trimmed()
      // 7.20 an hour together: a fifth of a cent for each second.
      let amount = try #require(Decimal(string: seconds)) * (try #require(Decimal(string: "0.002")))
      let rows = try await stage.run("costs", "export").stdout.split(whereSeparator: \.isNewline).dropFirst()
      let amounts = rows.map {
        $0.split(separator: ",", omittingEmptySubsequences: false).suffix(3).first.flatMap { Decimal(string: String($0)) }
      }
      #expect(amounts.compactMap(\.self).reduce(0, +) == amount && !rows.contains { $0.contains("observed") }, "\(seconds) s: \(rows)")
    }
  }
}
