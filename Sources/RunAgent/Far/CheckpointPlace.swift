import Basics
import FoundationEssentials
import Glibc
import ProviderKit
import TrainingModel

/// Puts the checkpoint folder among the outputs, with what an earlier attempt saved.
struct CheckpointPlace {
  let checkpoint: CheckpointOrder
  let order: FarOrder
  let store: any ObjectStore

  private var folder: String { order.runFolder.outputs + "/" + checkpoint.directory }

  /// Makes the folder that the job knows a link to one below the outputs, which are brought into the mailbox while the job runs.
  /// - Throws: ``StartFailure`` when something else stands there.
  func prepare() throws {
    let workdir = checkpoint.workdir.isEmpty ? order.projectFolder : order.projectFolder + "/" + checkpoint.workdir
    let link = workdir + "/" + checkpoint.directory
    var info = stat()
    if lstat(link, &info) == 0 {
      if info.st_mode & S_IFMT == S_IFLNK { return }
      guard info.st_mode & S_IFMT == S_IFDIR else {
        throw StartFailure(.badConfiguration, "'checkpoint.dir' is '\(checkpoint.directory)', which is a file of the project")
      }
      // What came with the code is what the job starts from.
      try Files.createFolder(Paths.parent(of: folder))
      try Files.rename(link, to: folder)
    }
    try Files.createFolder(folder)
    try Files.createFolder(Paths.parent(of: link))
    guard symlink(checkpoint.outputsSeen + "/" + checkpoint.directory, link) == 0 else { throw SystemError("link", link) }
  }

  /// Fetches what the job goes on from.
  /// - Throws: `ProviderError` when the store does not answer.
  func fetch() async throws {
    guard let source = checkpoint.source else { return }
    let all = source.mailbox.outputs + checkpoint.directory + "/"
    var page: PageToken?
    repeat {
      let listing = try await store.list(prefix: all + source.name, after: nil, page: page)
      for object in listing.objects where object.key == all + source.name || object.key.hasPrefix(all + source.name + "/") {
        guard let path = source.mailbox.outputPath(of: object.key) else { continue }
        let target = order.runFolder.outputs + "/" + path
        if (try? Files.size(target)) == object.size { continue }
        try Files.createFolder(Paths.parent(of: target))
        _ = try await store.download(object.key, to: target)
      }
      page = listing.next
    } while page != nil
  }
}
