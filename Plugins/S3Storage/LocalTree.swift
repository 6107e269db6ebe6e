import AWSSupport
import Basics
import ControlAPI
import FoundationEssentials
import Glibc

/// The files below a folder that take part in a transfer.
struct LocalTree: Sendable {
  var items: [SyncItem] = []
  var omissions: [StoragePlan.Omission] = []
  var filter: PathFilter

  /// Walks a folder; one that is not there is empty.
  static func scan(_ root: String, exclude: [String]) throws(SystemError) -> LocalTree {
    var tree = LocalTree(filter: PathFilter(exclude: exclude))
    if Files.exists(root) { try tree.visit("", root) }
    return tree
  }

  private mutating func visit(_ folder: String, _ root: String) throws(SystemError) {
    filter.read(folder, below: root)
    for name in try Files.names(in: folder.isEmpty ? root : root + "/" + folder) {
      // What a download that goes on is still missing belongs to nobody else.
      if S3Client.isPartialFile(name) { continue }
      let path = folder.isEmpty ? name : folder + "/" + name
      var info = stat()
      guard lstat(root + "/" + path, &info) == 0 else {
        omissions.append(.init(name: path, reason: "it cannot be looked at"))
        continue
      }
      let isFolder = info.st_mode & S_IFMT == S_IFDIR
      if filter.ignores(path, isFolder: isFolder) { continue }
      switch info.st_mode & S_IFMT {
      case S_IFDIR: try visit(path, root)
      case S_IFREG: items.append(SyncItem(path, Int64(info.st_size), Self.time(info)))
      case S_IFLNK: omissions.append(.init(name: path, reason: "links are not followed"))
      default: omissions.append(.init(name: path, reason: "it is neither a file nor a folder"))
      }
    }
  }

  static func time(_ info: stat) -> Date {
    Date(timeIntervalSince1970: Double(info.st_mtim.tv_sec) + Double(info.st_mtim.tv_nsec) / 1e9)
  }
}
