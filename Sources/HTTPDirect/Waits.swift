import HTTPTransport

/// The deadlines of one exchange, which begins when this value is made.
struct Waits: Sendable {
  private let patience: HTTPPatience
  private let whole: Deadline

  init(_ patience: HTTPPatience) {
    self.patience = patience
    whole = Deadline(patience.whole)
  }

  /// For a connection.
  var connect: Deadline { Deadline(patience.connect, within: whole) }
  /// For an answer to begin.
  var firstByte: Deadline { Deadline(patience.firstByte, within: whole) }
  /// For one more step.
  var idle: Deadline { Deadline(patience.idle, within: whole) }
}
