public import TrainingModel

/// Rents for many runs of a sweep in one request, and sees to it by itself that no more of them go on at once than was asked for: they all go on
/// when nobody's program runs any more.
///
/// Each run keeps its own row, token and mailbox. ``RentingProvider/compose(_:_:)`` gets ``RentalOrder/sweep``, and each token is that of one base
/// (``SweepMember``), so that what is made says by itself which row it is for.
public protocol SweepRenting: RentingProvider {
  /// The most runs that one request may hold; nil when the account takes none of that kind. Contacts the vendor.
  func sweepLimit() async throws(ProviderError) -> Int?

  /// Sends one request for all of these, which stand in the ledger, unless there is one of theirs already.
  ///
  /// Safe to repeat with the very same launches: it returns what the first call made.
  /// - Returns: what was made for each, in their order.
  /// - Throws: ``ProviderError`` with its effect, which holds for all of them.
  func launch(sweep: [ComposedLaunch]) async throws(ProviderError) -> [Resource]
}
