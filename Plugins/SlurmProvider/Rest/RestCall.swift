import HTTPTransport

/// One request to slurmrestd.
struct RestCall: Sendable {
  /// Who answers: the controller, or the accounts' database.
  enum Part: String, Sendable {
    case controller = "slurm"
    case accounts = "slurmdb"
  }

  /// The attempt in words, for messages: "list jobs".
  var doing: String
  var part: Part
  var method = "GET"
  /// Below the version: `/jobs`.
  var path: String
  var query: [(String, String)] = []
  /// A JSON document, as it is sent.
  var body: String?
  /// Whether it changes something, so that a failure must say what it did.
  var isMutation = false

  init(_ part: Part, _ path: String, _ query: [(String, String)] = [], doing: String) {
    self.part = part
    self.path = path
    self.query = query
    self.doing = doing
  }

  func target(_ version: String) -> String {
    "/\(part.rawValue)/\(version)\(path)" + (query.isEmpty ? "" : "?" + PercentEncoding.query(query))
  }
}
