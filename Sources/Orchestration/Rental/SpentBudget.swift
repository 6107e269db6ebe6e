import Synchronization

/// Why a run was asked to end for want of money: remembered from the asking to the end.
final class SpentBudget: Sendable {
  private let value = Mutex<String?>(nil)
  var words: String? {
    get { value.withLock { $0 } }
    set { value.withLock { $0 = newValue } }
  }
}
