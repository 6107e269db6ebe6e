import ProviderKit
import Synchronization
import TrainingModel

extension FakeCloud: SweepRenting {
  func sweepLimit() async throws(ProviderError) -> Int? { state.withLock { $0.sweepLimit } }
  func launch(sweep: [ComposedLaunch]) async throws(ProviderError) -> [Resource] { try answer(sweep) }
}
