import Basics
import Documents
import TrainingModel

extension SpecBuilder {
  /// Where containers see the caller's folder.
  static let containerFolder = "/app"

  /// The working directory: inside a container absolute or below `/app`; on this machine a folder that exists.
  mutating func workdir(inContainer: Bool, folder: String) -> String? {
    guard let workdir = settings.workdir else { return nil }
    if inContainer { return Paths.resolve(workdir, from: Self.containerFolder) }
    let path = Paths.resolve(workdir, from: folder, home: context.userFolder)
    if context.files.kind(path) == .folder { return path }
    if settings.image != nil {
      addNote("workdir \(workdir) is a folder of the image: the job runs in \(DocumentLoader(context: context).display(folder))")
      return nil
    }
    if let finding = settings.diagnostic("workdir", "no folder '\(workdir)'", hints: ["make it: `mkdir -p '\(workdir)'`"]) {
      collector.add(finding)
    }
    return nil
  }

  /// The mounts with absolute paths. A bare path appears under its name in the working directory, or in `/app` when none is given.
  mutating func mounts(inContainer: Bool, workdir: String?) -> [Mount] {
    let inside = workdir ?? Self.containerFolder
    var targets: [String: String] = [:]
    return settings.mounts.compactMap { wish in
      let source = Paths.resolve(wish.source, from: context.workingFolder, home: context.userFolder)
      let base = inContainer ? inside : Self.containerFolder
      let target = Paths.resolve(wish.target ?? wish.name, from: base)
      if inContainer, context.files.kind(source) == nil {
        collector.add(
          wish.node.diagnostic("nothing stands at '\(wish.source)' to be mounted", hints: ["make the folder: `mkdir -p '\(wish.source)'`"]))
        return nil
      }
      if target == "/" {
        collector.add(wish.node.diagnostic("a mount cannot take the place of the whole container"))
        return nil
      }
      if let other = targets.updateValue(wish.name, forKey: target) {
        collector.add(wish.node.diagnostic("'\(other)' and '\(wish.name)' would both stand at \(target)"))
        return nil
      }
      return Mount(name: wish.name, source: source, target: target, readOnly: wish.readOnly)
    }
  }
}
