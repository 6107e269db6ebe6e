public import TrainingModel

/// Can make in the vendor's account what it needs there.
public protocol SetupPower: TrainingProvider {
  /// What it needs, in the order in which it is made, and what of it is there. Changes nothing.
  func setupSteps() async throws(ProviderError) -> [SetupStep]

  /// Makes one of them. Doing it again changes nothing.
  func carryOut(_ step: SetupStep) async throws(ProviderError)

  /// Lines for providers.toml that name what was made.
  func settingsAfterSetup() async throws(ProviderError) -> [String]
}
