import Basics
import FoundationEssentials
import Glibc
import PluginProtocol
import Synchronization

/// A server's two ends: a thread that reads, and one lock for all who write.
///
/// What answers or feeds something under way is handed over by the reading thread itself: whoever waits for it may hold a thread of the pool.
final class ServerWire: Sendable {
  private struct State {
    /// Batches that each request may still send, and who waits for more.
    var credits: [MessageID: Int] = [:]
    var waiters: [MessageID: CheckedContinuation<Void, Never>] = [:]
    var events: [MessageID: Int64] = [:]
    /// What was asked of the host.
    var asked: [String: @Sendable (Result<Message, WireFailure>) -> Void] = [:]
    var nextQuestion = 1
    var credit = PluginProtocol.initialCredit
    var isOver = false
  }

  private static let batch = 100

  private let input: Int32
  private let output: Int32
  private let state = Mutex(State())
  private let writing = Mutex(())

  init(input: Int32, output: Int32) {
    self.input = input
    self.output = output
  }

  /// How many batches a request may send before it is given more.
  var credit: Int {
    get { state.withLock { $0.credit } }
    set { state.withLock { $0.credit = newValue } }
  }

  // MARK: reading

  /// The requests that come in, to the end of the input.
  func requests() throws(SystemError) -> AsyncStream<Message> {
    let (stream, continuation) = AsyncStream<Message>.makeStream()
    try BackgroundThread.start {
      self.read { continuation.yield($0) }
      self.over()
      continuation.finish()
    }
    return stream
  }

  private func read(_ yield: (Message) -> Void) {
    var splitter = LineSplitter()
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(input, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0, let lines = try? splitter.add(buffer[..<count]) else { return }
      for line in lines { take(line, yield) }
    }
  }

  private func take(_ line: [UInt8], _ yield: (Message) -> Void) {
    let message: Message
    do throws(NotAMessage) { message = try Message(line) } catch {
      return send(try? MessageWriter.failure(nil, WireFailure(-32_700, "no message: \(error.reason)")))
    }
    switch message.kind {
    case .request: yield(message)
    case .notice(PluginNotice.credit.rawValue):
      guard let more = try? message.parameters(CreditParameters.self) else { return }
      grant(more.n, to: .number(more.id))
    // A wish: what was begun is brought to its end, and answered.
    case .notice: break
    case .result(.text(let id)): state.withLock { $0.asked.removeValue(forKey: id) }?(.success(message))
    case .failure(.text(let id)?, let failure): state.withLock { $0.asked.removeValue(forKey: id) }?(.failure(failure))
    case .result, .failure: break
    }
  }

  /// The host is gone: nobody is to wait for it.
  private func over() {
    let (waiters, asked) = state.withLock { state in
      state.isOver = true
      defer { (state.waiters, state.asked) = ([:], [:]) }
      return (Array(state.waiters.values), Array(state.asked.values))
    }
    for waiter in waiters { waiter.resume() }
    for question in asked { question(.failure(WireFailure(PluginProtocol.refusal, "the host is gone"))) }
  }

  // MARK: writing

  /// Sends a line; nothing when it could not be made.
  func send(_ line: [UInt8]?) {
    guard let line else { return }
    writing.withLock { _ in line.withUnsafeBytes { _ = Descriptor.writeAll($0, to: output) } }
  }

  /// Asks the host; `done` is called by the reading thread.
  func ask(_ method: PluginMethod, _ parameters: some Encodable, done: @escaping @Sendable (Result<Message, WireFailure>) -> Void) throws {
    let (id, isOver) = state.withLock { state in
      defer { state.nextQuestion += 1 }
      let id = "q\(state.nextQuestion)"
      if !state.isOver { state.asked[id] = done }
      return (id, state.isOver)
    }
    guard !isOver else { return done(.failure(WireFailure(PluginProtocol.refusal, "the host is gone"))) }
    send(try MessageWriter.request(.text(id), method.rawValue, parameters))
  }

  private func grant(_ batches: Int, to id: MessageID) {
    state.withLock { state in
      guard let waiter = state.waiters.removeValue(forKey: id) else {
        state.credits[id, default: state.credit] += batches
        return nil as CheckedContinuation<Void, Never>?
      }
      state.credits[id, default: 0] += batches - 1
      return waiter
    }?.resume()
  }

  /// Waits until a batch may be sent.
  private func takeCredit(_ id: MessageID) async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        let left = state.credits[id] ?? state.credit
        guard left <= 0, !state.isOver else {
          state.credits[id] = left - 1
          return true
        }
        state.waiters[id] = continuation
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  /// Sends an event of a request.
  func event(_ id: MessageID, _ kind: EventHead.Kind, _ body: some Codable & Sendable) async throws {
    guard case .number(let number) = id else { return }
    if kind.takesCredit { await takeCredit(id) }
    let seq = state.withLock { state in
      state.events[id, default: 0] += 1
      return state.events[id] ?? 1
    }
    send(try MessageWriter.notice(.event, Event(EventHead(id: number, seq: seq, kind: kind), body)))
  }

  /// Sends items in batches that fit into a line.
  func batches<Item: Codable & Sendable>(_ id: MessageID, _ items: [Item]) async throws {
    for start in stride(from: 0, to: items.count, by: Self.batch) {
      try await event(id, .items, ItemsResult(Array(items[start..<min(items.count, start + Self.batch)])))
    }
  }

  /// Items, and the answer that ends them. Few of them are in the answer itself.
  func many<Item: Codable & Sendable>(_ id: MessageID, _ items: [Item]) async throws -> [UInt8] {
    if items.count <= Self.batch { return try MessageWriter.result(id, ItemsResult(items)) }
    try await batches(id, items)
    return try MessageWriter.result(id, ItemsResult([Item]()))
  }
}
