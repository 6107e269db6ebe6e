import Basics
import CSupport
import Glibc

/// Tells the thread that made it when something in a folder is written, made or renamed.
///
/// By directory notification (F_NOTIFY of fcntl(2)), which the kernel ends at once when it is closed. inotify(7) waits for the kernel's readers then:
/// 5 to 30 ms at the end of every command, which is more than all the rest of a short run takes.
struct FolderChanges: ~Copyable {
  /// Readable once there is something new; -1 where nobody tells, as on kernels without this.
  let notifier: Int32
  private let folder: Int32

  /// Begins to look; what was there before is not told. Must be used on the calling thread only.
  init(in path: String) {
    folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    notifier = folder >= 0 ? rp_notify_of_changes(folder) : -1
  }

  deinit {
    for descriptor in [notifier, folder] where descriptor >= 0 { close(descriptor) }
  }

  /// Whether changes are told at all.
  var areTold: Bool { notifier >= 0 }

  /// Takes what was told, so that only what comes later is told again.
  func take() { rp_take_notice(notifier) }
}
