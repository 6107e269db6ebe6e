import PluginProtocol

/// Which requests are open, and what an incoming line means for them. Pure: lines in, what they come to out.
///
/// ```
/// open(method) ─▶ in flight ── answer ──▶ over; a second answer is a violation
///                     │  ▲ └─ event (seq + 1, credit)
///                  abandon
///                     ▼
///                 abandoned ── answer ──▶ over, and nobody is told
/// ```
struct PluginSession: Sendable {
  /// What a line comes to.
  enum Outcome: Equatable {
    /// A request has its answer.
    case answered(Int64)
    /// A request goes on.
    case event(Int64, EventHead.Kind)
    /// The plugin asks something.
    case asked(MessageID, method: String)
    /// Nobody waits for it any more, or the host does not know the word.
    case ignored
    case violation(PluginViolation)
  }

  private struct Call {
    var lastEvent: Int64 = 0
    var credit: Int
    var isAbandoned = false
  }

  private var calls: [Int64: Call] = [:]
  private var next: Int64 = 1
  private let credit: Int

  /// - Parameter credit: batches that a request may send before it is given more.
  init(credit: Int = PluginProtocol.initialCredit) { self.credit = credit }

  /// How many requests are in the plugin's hands.
  var inFlight: Int { calls.count }

  /// Begins a request.
  mutating func open() -> Int64 {
    defer { next += 1 }
    calls[next] = Call(credit: credit)
    return next
  }

  /// Nobody waits for the answer any more; it may still come.
  mutating func abandon(_ id: Int64) { calls[id]?.isAbandoned = true }

  /// Gives a request further batches.
  mutating func grant(_ batches: Int, to id: Int64) { calls[id]?.credit += batches }

  /// What a line means.
  mutating func take(_ message: Message) -> Outcome {
    switch message.kind {
    case .request(let id, let method): return .asked(id, method: method)
    case .result(let id), .failure(let id?, _): return answer(id)
    case .failure(nil, let failure): return .violation(.unreadByPlugin(failure.message))
    case .notice(PluginNotice.event.rawValue):
      guard let head = try? message.parameters(EventHead.self) else { return .violation(.badEvent) }
      return event(head)
    case .notice: return .ignored
    }
  }

  private mutating func answer(_ id: MessageID) -> Outcome {
    guard case .number(let number) = id, number > 0, number < next else { return .violation(.unknownRequest(id)) }
    guard let call = calls.removeValue(forKey: number) else { return .violation(.answeredTwice(number)) }
    return call.isAbandoned ? .ignored : .answered(number)
  }

  private mutating func event(_ head: EventHead) -> Outcome {
    guard var call = calls[head.id] else {
      // Events and an answer of the plugin's own threads must not overtake each other.
      return .violation(head.id < next && head.id > 0 ? .eventAfterAnswer(head.id) : .unknownRequest(.number(head.id)))
    }
    guard head.seq == call.lastEvent + 1 else {
      return .violation(.eventOutOfOrder(head.id, expected: call.lastEvent + 1, found: head.seq))
    }
    call.lastEvent = head.seq
    defer { calls[head.id] = call }
    guard let kind = EventHead.Kind(rawValue: head.kind) else { return .ignored }
    if kind.takesCredit {
      guard call.credit > 0 else { return .violation(.beyondCredit(head.id)) }
      call.credit -= 1
    }
    return call.isAbandoned ? .ignored : .event(head.id, kind)
  }
}

/// How a plugin has broken the protocol.
enum PluginViolation: Error, Sendable, Equatable {
  /// A line on stdout that is no message.
  case noise(NotAMessage)
  case lineTooLong(LineTooLong)
  case answeredTwice(Int64)
  case unknownRequest(MessageID)
  case eventAfterAnswer(Int64)
  case eventOutOfOrder(Int64, expected: Int64, found: Int64)
  case beyondCredit(Int64)
  case badEvent
  /// The plugin says that it could not read what it was sent.
  case unreadByPlugin(String)

  /// What it did, after "it".
  var words: String {
    switch self {
    case .noise(let line): "printed on stdout what is no message (\(line.reason)): '\(line.beginning)'"
    case .lineTooLong(let line): "sent a line of more than \(PluginProtocol.longestLine) bytes, which begins '\(line.beginning)'"
    case .answeredTwice(let id): "answered request \(id) twice"
    case .unknownRequest(let id): "spoke of request \(id), which it was never sent"
    case .eventAfterAnswer(let id): "sent an event of request \(id) after its answer"
    case .eventOutOfOrder(let id, let expected, let found): "sent event \(found) of request \(id) where \(expected) was due"
    case .beyondCredit(let id): "sent more batches for request \(id) than it had credit for"
    case .badEvent: "sent an event without `id`, `seq` and `kind`"
    case .unreadByPlugin(let words): "could not read a request: \(words)"
    }
  }

  /// How its author mends it.
  var hint: String {
    switch self {
    case .noise: "only messages may go to stdout: print everything else to stderr"
    default: "see what is wrong: `runpilot plugins test PATH`"
    }
  }
}
