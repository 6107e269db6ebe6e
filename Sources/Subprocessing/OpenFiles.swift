import CSupport
import Synchronization

/// How many files a process may have open at once. Who follows hundreds of runs needs more than the usual 1,024; who is started by it does not:
/// programs that use select(2) go wrong above those.
public enum OpenFiles {
  private static let before = Mutex<Int?>(nil)

  /// Raises this process's limit as far as its user may.
  public static func raiseLimit() {
    before.withLock { before in
      guard before == nil else { return }
      let count = rp_raise_open_files()
      if count > 0 { before = Int(count) }
    }
  }

  /// The limit before it was raised, which is the one for children; nil when it never was.
  public static var usualLimit: Int? { before.withLock { $0 } }

  /// Sets this process's limit.
  public static func setLimit(_ count: Int) { _ = rp_set_open_files(Int32(clamping: count)) }
}
