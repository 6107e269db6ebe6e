import Basics

/// A service that this program was built without.
struct ServiceMissing: ExitCoded, Equatable {
  let name: String
  var message: String { "this program was built without \(name)" }
  var hints: [String] { [] }
  var exitCode: ExitCode { .software }
}
