import Basics
import FolderStorage
import Glibc

/// `runpilot-agent --store FOLDER`: answers for a folder of this machine over standard input and output, until nobody asks any more.
enum StoreProgram {
  static func run(_ folder: String) async -> Never {
    // A home that went away is an error to handle, not an end.
    signal(SIGPIPE, SIG_IGN)
    umask(0o077)
    guard folder.hasPrefix("/") else { leave(ExitCode.usage.rawValue) }
    await FolderServer(folder, input: 0, output: 1).serve()
    leave(0)
  }
}
