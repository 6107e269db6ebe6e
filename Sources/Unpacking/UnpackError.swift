public import Basics

/// An archive that was not unpacked.
public struct UnpackError: Hinted, Equatable {
  /// What is wrong with it.
  public let message: String

  init(_ message: String) { self.message = message }
}
