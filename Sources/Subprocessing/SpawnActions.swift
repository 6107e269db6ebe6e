import Basics
import CSupport
import Glibc

/// Owns what posix_spawn(3) is told to do between fork and exec, and the descriptors it needs for that.
struct SpawnActions: ~Copyable {
  private(set) var actions = posix_spawn_file_actions_t()
  private(set) var attributes = posix_spawnattr_t()
  private var copies: [Int32] = []

  init(_ request: SpawnRequest) throws(SpawnError) {
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    setAttributes(request.placement)
    if let folder = request.workingFolder { rp_spawn_chdir(&actions, folder) }
    try addDescriptors(request.descriptors)
  }

  deinit {
    var actions = actions
    var attributes = attributes
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
    for copy in copies { close(copy) }
  }

  /// Signals as a fresh process expects them, whatever this process blocks, catches or ignores.
  private mutating func setAttributes(_ placement: SpawnRequest.Placement) {
    var flags = Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    switch placement {
    case .callersGroup: break
    case .ownGroup:
      flags |= Int16(POSIX_SPAWN_SETPGROUP)
      posix_spawnattr_setpgroup(&attributes, 0)
    case .ownSession: flags |= rp_spawn_flag_setsid()
    }
    posix_spawnattr_setflags(&attributes, flags)
  }

  /// Sources are copied out of the way first: one child's number may be another's source.
  private mutating func addDescriptors(_ wanted: [Int32: Int32]) throws(SpawnError) {
    let last = max(2, wanted.keys.max() ?? 2)
    for number in 0...last {
      guard let source = wanted[number] else {
        if number <= 2 { posix_spawn_file_actions_addopen(&actions, number, "/dev/null", number == 0 ? O_RDONLY : O_WRONLY, 0) }
        continue
      }
      let copy = fcntl(source, F_DUPFD_CLOEXEC, last + 1)
      guard copy >= 0 else {
        throw SpawnError(.other(errno), "cannot hand descriptor \(source) to a child: \(SystemError.reason(errno))")
      }
      copies.append(copy)
      posix_spawn_file_actions_adddup2(&actions, copy, number)
    }
    rp_spawn_close_from(&actions, last + 1)
  }
}
