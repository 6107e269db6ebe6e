import Basics
import ProviderKit
import TrainingModel

/// A run as the agent of a machine far away sees it: the same job with that machine's paths.
enum FarJob {
  /// Where a container sees the project.
  private static let containerProject = "/app"

  /// The job of a run.
  /// - Parameter form: where the image is the machine itself, the job is a process of it.
  static func make(record: RunRecord, spec: RunSpec, seed: UInt32, order: FarOrder, form: BootForm, world: RentalWorld) throws(RunRefused)
    -> AgentJob
  {
    for mount in spec.mounts {
      throw RunRefused(
        message: "'\(mount.name)' is mounted from \(mount.source) of this machine, which a rented machine does not have",
        hints: ["put what the job needs into the run's folder, which travels with it", "or fetch it in `setup:`"])
    }
    let isContainer = spec.image != nil && !form.isContainer
    if form.isContainer, let user = spec.user, user != "root", user != "0" {
      throw RunRefused(
        message: "'\(spec.provider)' runs the job in a container that is the machine, as root, and not as user '\(user)'",
        hints: ["leave `user` out, and change the user in the command: `entrypoint: [setpriv, --reuid=\(user), …]`"])
    }
    let folder = isContainer ? RunFolder(world.containerRunFolder) : order.runFolder
    var job = AgentJob(
      record: record, spec: spec, environment: AgentJob.standardEnvironment(record: record, spec: spec, folder: folder, seed: seed),
      executor: isContainer ? world.container(spec, record) : .process)
    job.projectFolder = order.projectFolder
    if !isContainer { job.workdir = form.isContainer ? imageWorkdir(spec, order) : try workdir(spec, order) }
    job.maxDurationSeconds = RentalTerms.longest(of: spec)
    if let attempt = order.mailbox.attempt { job.environment[AgentJob.attemptVariable] = "\(attempt)" }
    if let checkpoint = order.checkpoint, let source = checkpoint.source {
      job.goOn(from: checkpoint.directory + "/" + source.name, flag: spec.rental.checkpoint?.resumeFlag)
    }
    return job
  }

  /// What the machine does about the checkpoints that a run wishes.
  static func checkpoint(
    _ wish: CheckpointWish, _ spec: RunSpec, _ order: FarOrder, _ form: BootForm, _ world: RentalWorld, _ sequel: Sequel?
  ) -> CheckpointOrder {
    let outputs = spec.image == nil || form.isContainer ? order.runFolder.outputs : RunFolder(world.containerRunFolder).outputs
    var workdir = ""
    if form.isContainer, case let folder = imageWorkdir(spec, order), folder.hasPrefix(order.projectFolder + "/") {
      workdir = String(folder.dropFirst(order.projectFolder.count + 1))
    } else if let folder = spec.workdir, folder.hasPrefix(spec.projectFolder + "/") {
      workdir = String(folder.dropFirst(spec.projectFolder.count + 1))
    }
    var checkpoint = CheckpointOrder(directory: wish.directory, keep: wish.keep, workdir: workdir, outputsSeen: outputs)
    if let sequel, let name = sequel.checkpoint { checkpoint.source = CheckpointOrder.Source(mailbox: sequel.previous.mailbox, name: name) }
    return checkpoint
  }

  /// Where the job stands when its image is the machine: what an engine would show at `/app` is the project's folder.
  private static func imageWorkdir(_ spec: RunSpec, _ order: FarOrder) -> String {
    guard let workdir = spec.workdir else { return order.projectFolder }
    for own in [spec.projectFolder, containerProject] {
      if workdir == own { return order.projectFolder }
      if workdir.hasPrefix(own + "/") { return order.projectFolder + workdir.dropFirst(own.count) }
    }
    return workdir
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
