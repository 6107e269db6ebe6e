import Basics
import TrainingModel

/// Which of a courier's small errands are due. Pure.
struct DeskSchedule {
  enum Errand: CaseIterable, Sendable {
    case heartbeat, commands, record, progress, metrics, agentLog
  }

  private struct Standing {
    var doneAt: Duration?
    var stamp: FileStamp?
    var patience: Patience
  }
  private var standings: [Errand: Standing]
  private let pace: CourierPace

  init(pace: CourierPace) {
    self.pace = pace
    standings = Dictionary(uniqueKeysWithValues: Errand.allCases.map { ($0, Standing(patience: Patience(cap: pace.longestWait))) })
  }

  /// The file that an errand brings away; nil for one that brings none.
  static func file(_ errand: Errand, in folder: RunFolder) -> String? {
    switch errand {
    case .record: folder.record
    case .progress: folder.progress
    case .metrics: folder.metrics
    case .agentLog: folder.agentLog
    case .heartbeat, .commands: nil
    }
  }

  /// What is to be done now, the most urgent first.
  /// - Parameter stamp: of an errand's file; nil when it is not there.
  func due(isFollowed: Bool, at now: Duration, stamp: (Errand) -> FileStamp?) -> [Errand] {
    Errand.allCases.filter { errand in
      guard let standing = standings[errand], standing.patience.isOver(at: now) else { return false }
      let isRested = standing.doneAt.map { now - $0 >= interval(errand, isFollowed) } ?? true
      switch errand {
      case .heartbeat, .commands: return isRested
      case .record, .progress, .metrics, .agentLog: return isRested && stamp(errand).map { $0 != standing.stamp } ?? false
      }
    }
  }

  /// It is done.
  /// - Parameter stamp: of the file when it was read, or earlier.
  mutating func succeeded(_ errand: Errand, stamp: FileStamp?, at now: Duration) {
    standings[errand]?.doneAt = now
    standings[errand]?.stamp = stamp
    standings[errand]?.patience.calm()
  }

  mutating func failed(_ errand: Errand, at now: Duration, chance: Double) {
    standings[errand]?.patience.wait(from: now, chance: chance)
  }

  private func interval(_ errand: Errand, _ isFollowed: Bool) -> Duration {
    switch errand {
    case .heartbeat: pace.heartbeat
    case .commands: isFollowed ? pace.followedCommands : pace.unfollowedCommands
    case .record: .zero
    case .progress: isFollowed ? pace.followedLog : pace.unfollowedLog
    case .metrics: isFollowed ? pace.followedLog * 2 : pace.unfollowedLog * 3
    case .agentLog: pace.unfollowedLog * 3
    }
  }
}
