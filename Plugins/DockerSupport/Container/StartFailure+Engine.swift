import TrainingModel

extension StartFailure {
  /// What the engine refused, as a reason why the job did not start.
  init(_ error: EngineError) {
    let kind: StartFailureKind =
      switch error.kind {
      case .imageNotFound, .programNotFound, .containerNotFound: .notFound
      case .notAllowed, .registryDenied, .programNotExecutable: .notAllowed
      case .invalidRequest, .badSettings: .badConfiguration
      case .conflict, .cancelled: .tryAgain
      case .unreachable, .notAnEngine, .registryUnreachable, .gpuUnavailable, .engineFault: .unavailable
      }
    self.init(kind, error.message, hints: error.hints)
  }
}
