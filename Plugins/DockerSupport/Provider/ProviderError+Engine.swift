public import ProviderKit

extension ProviderError {
  /// What the engine refused, as a provider's failure.
  public init(_ error: EngineError) {
    let code: Code =
      switch error.kind {
      case .unreachable, .notAnEngine, .registryUnreachable, .cancelled: .unreachable
      case .notAllowed: .forbidden
      case .registryDenied: .unauthorised
      case .badSettings, .invalidRequest, .programNotFound, .programNotExecutable: .invalidRequest
      // GPUs do not come with time: not the same as a cloud that has none left.
      case .imageNotFound, .containerNotFound, .gpuUnavailable: .notFound
      case .conflict: .conflict
      case .engineFault: .vendorFault
      }
    self.init(
      code, error.message, vendorCode: error.status.map { "\($0)" }, effect: error.mayHaveHappened ? .unknown : .none, hints: error.hints)
  }
}
