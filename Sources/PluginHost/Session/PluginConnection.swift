import Basics
import FoundationEssentials
import Glibc
import PluginProtocol
import ProviderKit
import Subprocessing
import Synchronization

/// A living plugin: a process, and one thread that reads and writes its pipes and watches deadlines.
final class PluginConnection: Sendable {
  /// What a request wants to hear.
  struct Listener: Sendable {
    var event: @Sendable (EventHead.Kind, Message) throws -> Void = { _, _ in }
  }

  struct Waiter {
    var limit: Duration
    var deadline: ContinuousClock.Instant
    var listener: Listener
    var isCanceled = false
    var done: @Sendable (Result<Message, PluginFailure>) -> Void
  }

  struct State {
    var session = PluginSession()
    var waiters: [Int64: Waiter] = [:]
    /// Requests that wait until the plugin has room for them.
    var queue: [(id: Int64, line: [UInt8])] = []
    /// How many requests the plugin takes at once.
    var maxInFlight = 1
    var outbox: [UInt8] = []
    var closing = false
    /// Why nothing can be asked any more.
    var end: PluginFailure?
    /// The same, when nobody was waiting to hear it.
    var untold: PluginFailure?
    var tail = ErrorTail()
    /// How long a batch that was read is not paid for; and what is due when.
    var creditDelay: Duration?
    var dueCredits: [(id: Int64, at: ContinuousClock.Instant)] = []
    /// Everything that came on stdout, when somebody wants to look through it.
    var heard: [UInt8]?
    /// Whether the plugin still has its stderr open.
    var hasErrors = true
    /// Launches that the plugin may ask an agent for, by their runs' uids.
    var launches: [String: Launch] = [:]
  }

  /// A launch that is being carried out by a near plugin.
  struct Launch: Sendable {
    var request: LaunchRequest
    var starter: any AgentStarting
  }

  /// How long after a cancellation the plugin's own words are waited for: they tell what it had created.
  static let cancellationGrace = Duration.seconds(10)

  let pipes: PluginPipes
  let child: Child
  let file: PluginFile
  let state: Mutex<State>
  private let guardian: PluginGuard?

  /// Nobody is left whom the guard would have to end.
  func dismissGuard() { guardian?.dismiss() }

  /// Starts a plugin and its thread.
  /// - Throws: ``ProviderError`` when it could not be started.
  init(_ file: PluginFile, environment: [String: String], workingFolder: String) throws(ProviderError) {
    self.file = file
    state = Mutex(State())
    do {
      let pipes = try PluginPipes()
      self.pipes = pipes
      defer { pipes.handedOver() }
      child = try Child.spawn(
        SpawnRequest(
          file.command, environment: environment, workingFolder: workingFolder,
          descriptors: [0: pipes.pluginInput, 1: pipes.pluginOutput, 2: pipes.pluginErrors]))
      guardian = try? PluginGuard(group: child.pid)
    } catch let error as SpawnError {
      let code: ProviderError.Code = error.kind == .notExecutable ? .forbidden : .invalidRequest
      throw ProviderError(code, "\(file) could not be started: \(error.message)", hints: error.hints)
    } catch {
      throw ProviderError(.unreachable, "\(file) could not be started: \((error as? any Hinted)?.message ?? "\(error)")")
    }
    do throws(SystemError) {
      try BackgroundThread.start { self.loop() }
    } catch {
      child.signalGroup(SIGKILL)
      throw ProviderError(.unreachable, "\(file) could not be started: \(error.message)")
    }
  }

  /// How the plugin broke the protocol when nobody was waiting for it: the next one who asks is told.
  var untold: PluginFailure? { state.withLock { $0.untold } }

  /// Whether nothing can be asked any more.
  var isOver: Bool { state.withLock { $0.end != nil || $0.closing } }

  // MARK: asking

  /// Asks, and calls `done` once, from whatever thread.
  @discardableResult
  func ask(
    _ method: PluginMethod, _ parameters: some Encodable, limit: Duration? = nil, listener: Listener = Listener(),
    done: @escaping @Sendable (Result<Message, PluginFailure>) -> Void
  ) -> Int64? {
    ask(word: method.rawValue, parameters, limit: limit ?? method.deadline, listener: listener, done: done)
  }

  /// The same for a method that nobody may know.
  func ask(
    word: String, _ parameters: some Encodable, limit: Duration, listener: Listener,
    done: @escaping @Sendable (Result<Message, PluginFailure>) -> Void
  ) -> Int64? {
    let outcome = state.withLock { state -> Result<Int64, PluginFailure> in
      if let end = state.end { return .failure(end) }
      if state.closing { return .failure(.died("was shut down")) }
      let id = state.session.open()
      do {
        let line = try MessageWriter.request(.number(id), word, parameters, deadline: limit)
        state.waiters[id] = Waiter(
          limit: limit, deadline: ContinuousClock.now + limit, listener: listener, done: done)
        state.queue.append((id, line))
        Self.fillOutbox(&state)
        return .success(id)
      } catch let error as MessageTooLong {
        state.session.abandon(id)
        return .failure(.tooLong(error.bytes))
      } catch {
        state.session.abandon(id)
        return .failure(.misshapen("\(error)"))
      }
    }
    switch outcome {
    case .success(let id):
      pipes.wake()
      return id
    case .failure(let failure):
      done(.failure(failure))
      return nil
    }
  }

  /// Asks and waits. Cancelling the task cancels the request; what the plugin then says is what it came to.
  func call(_ method: PluginMethod, _ parameters: some Encodable & Sendable, listener: Listener = Listener()) async throws(PluginFailure)
    -> Message
  {
    let answer = OneShot<Result<Message, PluginFailure>>()
    let id = ask(method, parameters, listener: listener) { answer.resolve($0) }
    let result = await withTaskCancellationHandler {
      await answer.wait()
    } onCancel: {
      if let id { cancel(id) }
    }
    return try result.get()
  }

  /// Tells something.
  func tell(_ notice: PluginNotice, _ parameters: some Encodable) {
    guard let line = try? MessageWriter.notice(notice, parameters) else { return }
    post(line)
  }

  func post(_ line: [UInt8]) {
    state.withLock { $0.outbox += line }
    pipes.wake()
  }

  func cancel(_ id: Int64) {
    state.withLock { state in
      guard let waiter = state.waiters[id] else { return }
      if let place = state.queue.firstIndex(where: { $0.id == id }) {
        state.queue.remove(at: place)
        state.waiters[id]?.deadline = ContinuousClock.now
      } else if let line = try? MessageWriter.notice(.cancel, CancelParameters(id: id)) {
        state.outbox += line
        state.waiters[id]?.deadline = min(waiter.deadline, ContinuousClock.now + Self.cancellationGrace)
      }
      state.waiters[id]?.isCanceled = true
    }
    pipes.wake()
  }

  private static func fillOutbox(_ state: inout State) {
    var inHand = state.waiters.count - state.queue.count
    while inHand < state.maxInFlight, !state.queue.isEmpty {
      state.outbox += state.queue.removeFirst().line
      inHand += 1
    }
  }

  // MARK: the end

  /// Closes the plugin's stdin, which asks it to end, and makes sure that it does.
  func close() {
    state.withLock { $0.closing = true }
    pipes.wake()
  }

  // MARK: the thread

  private func loop() {
    var splitter = LineSplitter()
    var failure: PluginFailure?
    while failure == nil {
      let (wantsToWrite, closing, next) = state.withLock { state in
        (!state.outbox.isEmpty, state.closing, (state.waiters.values.map(\.deadline) + state.dueCredits.map(\.at)).min())
      }
      if closing { break }
      wait(wantsToWrite: wantsToWrite, until: next)
      takeErrors()
      failure = takeOutput(&splitter) ?? send()
      expire()
    }
    Glibc.close(pipes.input)
    finish(failure)
  }

  private func wait(wantsToWrite: Bool, until next: ContinuousClock.Instant?) {
    let errors = state.withLock { $0.hasErrors } ? pipes.errors : -1
    var sources = [pipes.output, errors, pipes.wakeReader].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    if wantsToWrite { sources.append(pollfd(fd: pipes.input, events: Int16(POLLOUT), revents: 0)) }
    let left = next.map { max(0, min(60, ContinuousClock.now.duration(to: $0).inSeconds)) } ?? 60
    poll(&sources, nfds_t(sources.count), Int32(left * 1_000) + 1)
    var drain = [UInt8](repeating: 0, count: 256)
    while read(pipes.wakeReader, &drain, drain.count) > 0 {}
  }

  /// Nil bytes at the end of the pipe.
  private func bytes(_ descriptor: Int32) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = read(descriptor, &buffer, buffer.count)
    if count == 0 { return nil }
    return count < 0 ? [] : Array(buffer[..<count])
  }

  private func takeErrors() {
    while true {
      guard let more = bytes(pipes.errors) else { return state.withLock { $0.hasErrors = false } }
      guard !more.isEmpty else { return }
      state.withLock { $0.tail.add(more) }
    }
  }

  private func takeOutput(_ splitter: inout LineSplitter) -> PluginFailure? {
    while true {
      guard let more = bytes(pipes.output) else { return .died(farewell()) }
      guard !more.isEmpty else { return nil }
      state.withLock { $0.heard? += more }
      do throws(LineTooLong) {
        for line in try splitter.add(more) {
          if let failure = take(line) { return failure }
        }
      } catch {
        return .violated(.lineTooLong(error))
      }
    }
  }

  private func take(_ line: [UInt8]) -> PluginFailure? {
    let message: Message
    do throws(NotAMessage) { message = try Message(line) } catch { return .violated(.noise(error)) }
    let (outcome, waiter) = state.withLock { state -> (PluginSession.Outcome, Waiter?) in
      let outcome = state.session.take(message)
      switch outcome {
      case .answered(let id):
        let waiter = state.waiters.removeValue(forKey: id)
        Self.fillOutbox(&state)
        return (outcome, waiter)
      case .event(let id, _): return (outcome, state.waiters[id])
      default: return (outcome, nil)
      }
    }
    switch outcome {
    case .answered:
      if case .failure(_, let failure) = message.kind { waiter?.done(.failure(.refused(failure))) } else { waiter?.done(.success(message)) }
    case .event(let id, let kind):
      do { try waiter?.listener.event(kind, message) } catch { return .violated(.badEvent) }
      if kind.takesCredit { grant(id) }
    case .asked(let id, let method): serve(id, method, message)
    case .ignored: break
    case .violation(let violation): return .violated(violation)
    }
    return nil
  }

  private func grant(_ id: Int64) {
    state.withLock { state in
      state.dueCredits.append((id, ContinuousClock.now + (state.creditDelay ?? .zero)))
      Self.pay(&state, at: .now)
    }
  }

  private static func pay(_ state: inout State, at now: ContinuousClock.Instant) {
    for due in state.dueCredits where due.at <= now {
      state.session.grant(1, to: due.id)
      if let line = try? MessageWriter.notice(.credit, CreditParameters(id: due.id, n: 1)) { state.outbox += line }
    }
    state.dueCredits.removeAll { $0.at <= now }
  }

  private func send() -> PluginFailure? {
    while true {
      let pending = state.withLock { Array($0.outbox.prefix(64 << 10)) }
      guard !pending.isEmpty else { return nil }
      let count = pending.withUnsafeBytes { write(pipes.input, $0.baseAddress, $0.count) }
      // A plugin that has closed its stdin is on its way out: the end of its stdout says so.
      guard count > 0 else {
        if errno != EAGAIN, errno != EINTR { state.withLock { $0.outbox = [] } }
        return nil
      }
      state.withLock { $0.outbox.removeFirst(count) }
    }
  }

  private func expire() {
    let now = ContinuousClock.now
    let late = state.withLock { state -> [Waiter] in
      Self.pay(&state, at: now)
      let ids = state.waiters.filter { $0.value.deadline <= now }.map(\.key)
      return ids.compactMap { id in
        state.session.abandon(id)
        state.queue.removeAll { $0.id == id }
        if state.waiters[id]?.isCanceled == false, let line = try? MessageWriter.notice(.cancel, CancelParameters(id: id)) {
          state.outbox += line
        }
        return state.waiters.removeValue(forKey: id)
      }
    }
    for waiter in late { waiter.done(.failure(waiter.isCanceled ? .canceled : .silent(waiter.limit))) }
  }
}
