import Basics
import Glibc
public import PluginProtocol
public import ProviderKit
import Subprocessing
import Synchronization
import TrainingModel

/// A plugin in the hands of somebody who tries it: asks anything, hears everything, and may break it.
public final class PluginProbe: Sendable {
  /// What came of a request.
  public enum Answer: Sendable {
    case result(Message)
    case refused(WireFailure)
    /// It died, broke the protocol, or said nothing.
    case broken(String)
  }

  private let connection: PluginConnection

  /// Starts a plugin in a clean environment.
  /// - Parameters:
  ///   - environment: all that it sees.
  ///   - credit: how many batches each request may send before it is given more; with less than the usual, more comes only after a while.
  /// - Throws: `ProviderError` when it could not be started.
  public init(
    _ file: PluginFile, environment: [String: String], workingFolder: String, credit: Int = PluginProtocol.initialCredit
  ) throws(ProviderError) {
    connection = try PluginConnection(file, environment: environment, workingFolder: workingFolder)
    connection.state.withLock { state in
      state.heard = []
      state.session = PluginSession(credit: credit)
      if credit < PluginProtocol.initialCredit { state.creditDelay = .milliseconds(200) }
    }
  }

  deinit { connection.close() }

  /// Asks, and waits for the answer; cancelling the task sends `cancel`.
  /// - Parameter onEvent: hears each event when it comes, with its line; what it throws is a violation.
  public func ask(
    _ method: String, _ parameters: some Encodable & Sendable, within limit: Duration = .seconds(60),
    onEvent: @escaping @Sendable (EventHead.Kind, Message) throws -> Void = { _, _ in }
  ) async -> Answer {
    let answer = OneShot<Result<Message, PluginFailure>>()
    let id = connection.ask(word: method, parameters, limit: limit, listener: .init(event: onEvent)) { answer.resolve($0) }
    let result = await withTaskCancellationHandler {
      await answer.wait()
    } onCancel: {
      if let id { connection.cancel(id) }
    }
    switch result {
    case .success(let message): return .result(message)
    case .failure(.refused(let failure)): return .refused(failure)
    case .failure(let failure): return .broken(Self.words(failure))
    }
  }

  private static func words(_ failure: PluginFailure) -> String {
    switch failure {
    case .refused(let failure): failure.message
    case .died(let how): "it \(how)"
    case .violated(let violation): "it \(violation.words)"
    case .silent(let limit): "it said nothing within \(Int(limit.inSeconds)) s"
    case .canceled: "it did not answer what was cancelled within \(Int(PluginConnection.cancellationGrace.inSeconds)) s"
    case .misshapen(let words): words
    case .tooLong(let bytes): "the request has \(bytes) bytes"
    }
  }

  /// Tells something.
  public func tell(_ notice: PluginNotice, _ parameters: some Encodable) { connection.tell(notice, parameters) }

  /// Takes what a plugin says of itself as the basis of what it is asked at once.
  public func takes(_ inFlight: Int) { connection.state.withLock { $0.maxInFlight = inFlight } }

  /// Lets it ask for agents for a run.
  public func lends(_ starter: any AgentStarting, to request: LaunchRequest) {
    connection.state.withLock { $0.launches[request.record.uid] = .init(request: request, starter: starter) }
  }

  /// Ends it without a warning.
  public func kill() { connection.child.signalGroup(SIGKILL) }

  /// Closes its stdin, and says whether it ended by itself.
  public func letGo(within limit: Duration = .seconds(5)) async -> Bool {
    connection.close()
    let deadline = ContinuousClock.now + limit
    while connection.child.end == nil, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(10)) }
    return connection.child.end.map { $0 == .exited(0) } ?? false
  }

  /// Everything it has written to stdout.
  public var heard: String { connection.state.withLock { String(decoding: $0.heard ?? [], as: UTF8.self) } }
  /// The end of what it has written to stderr.
  public var errors: String { connection.state.withLock { $0.tail.text(hiding: []) } }
  /// Both.
  public var said: String { heard + errors }
}
