import Basics
import Documents
import TrainingModel

/// What the layers together say about a run, each value checked by itself; nil where none of them says anything.
struct RunSettings {
  /// The layers laid over each other, for places.
  var mapping = Mapping()
  var name: String?
  var project: String?
  var image: String?
  var entrypoint: [String]?
  var setup: [String] = []
  var workdir: String?
  var projectFolder: String?
  var environment: [String: String] = [:]
  var environmentFile: String?
  var secretNames: [String] = []
  var params: [String: JSONValue] = [:]
  var tags: [String] = []
  var resources = ResourceNeed()
  var mounts: [MountWish] = []
  var user: String?
  var network: String?
  var metrics: [String] = []
  var outputs: [String] = []
  var provider: String?
  var providers: [String] = []
  var cheapest = false
  var fallback: [String] = []
  var maxDurationSeconds: Int64?
  var stopGraceSeconds: Int64?
  var seed: UInt32?
  var sweep: Sweep?
  var rental = RentalWishes()

  /// A mount before its paths are resolved.
  struct MountWish {
    var name: String
    var source: String
    var target: String?
    var readOnly: Bool
    var node: Node
  }

  /// A finding about a key, or about the whole when it is not there.
  func diagnostic(_ key: String, _ problem: String, hints: [String] = []) -> SourceDiagnostic? {
    mapping[key]?.diagnostic(problem, hints: hints)
  }
}
