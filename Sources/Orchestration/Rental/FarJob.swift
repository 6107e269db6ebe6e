import Basics
import TrainingModel

/// A run as the agent of a machine far away sees it: the same job with that machine's paths.
enum FarJob {
  /// The job of a run.
  static func make(record: RunRecord, spec: RunSpec, seed: UInt32, order: FarOrder, world: RentalWorld) throws(RunRefused) -> AgentJob {
    for mount in spec.mounts {
      throw RunRefused(
        message: "'\(mount.name)' is mounted from \(mount.source) of this machine, which a rented machine does not have",
        hints: ["put what the job needs into the run's folder, which travels with it", "or fetch it in `setup:`"])
    }
    let isContainer = spec.image != nil
    let folder = isContainer ? RunFolder(world.containerRunFolder) : order.runFolder
    var job = AgentJob(
      record: record, spec: spec, environment: AgentJob.standardEnvironment(record: record, spec: spec, folder: folder, seed: seed),
      executor: isContainer ? world.container(spec, record) : .process)
    job.projectFolder = order.projectFolder
    if !isContainer { job.workdir = try workdir(spec, order) }
    job.maxDurationSeconds = RentalTerms.longest(of: spec)
    if let attempt = order.mailbox.attempt { job.environment["RUNPILOT_ATTEMPT"] = "\(attempt)" }
    if let checkpoint = order.checkpoint, let source = checkpoint.source {
      let path = checkpoint.directory + "/" + source.name
      job.environment["RUNPILOT_RESUME_FROM"] = path
      if let flag = spec.rental.checkpoint?.resumeFlag { job.command += [flag, path] }
    }
    return job
  }

  /// What the machine does about the checkpoints that a run wishes.
  static func checkpoint(_ wish: CheckpointWish, _ spec: RunSpec, _ order: FarOrder, _ world: RentalWorld, _ sequel: Sequel?)
    -> CheckpointOrder
  {
    let outputs = spec.image == nil ? order.runFolder.outputs : RunFolder(world.containerRunFolder).outputs
    var workdir = ""
    if let folder = spec.workdir, folder.hasPrefix(spec.projectFolder + "/") {
      workdir = String(folder.dropFirst(spec.projectFolder.count + 1))
    }
    var checkpoint = CheckpointOrder(directory: wish.directory, keep: wish.keep, workdir: workdir, outputsSeen: outputs)
    if let sequel, let name = sequel.checkpoint { checkpoint.source = CheckpointOrder.Source(mailbox: sequel.previous.mailbox, name: name) }
    return checkpoint
  }

  private static func workdir(_ spec: RunSpec, _ order: FarOrder) throws(RunRefused) -> String {
    guard let workdir = spec.workdir, workdir != spec.projectFolder else { return order.projectFolder }
    guard workdir.hasPrefix(spec.projectFolder + "/") else {
      throw RunRefused(
        message: "workdir \(workdir) lies outside of \(spec.projectFolder), and only that folder travels with the run",
        hints: ["start the run in a folder that holds both"])
    }
    return order.projectFolder + workdir.dropFirst(spec.projectFolder.count)
  }
}
