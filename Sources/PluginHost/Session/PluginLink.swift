import Basics
import FoundationEssentials
import PluginProtocol
import ProviderKit
import Synchronization
import TrainingModel

/// The way to a plugin over all of its lives: the first call configures it, and when it has died the next call starts it again, later each time.
actor PluginLink {
  nonisolated let opening: PluginOpening
  nonisolated let facts: PluginFacts
  private(set) var current: PluginConnection?
  private var isConfigured = false
  private var policy = RestartPolicy()
  /// Only one call at a time opens or configures; the others wait for it.
  private var isBusy = false
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private nonisolated let secrets: [Secret]
  private nonisolated let known: Mutex<PluginFacts.Machine>

  /// What machines are like: as `configure` was answered, before that as `initialize` was.
  nonisolated var machine: PluginFacts.Machine { known.withLock { $0 } }

  init(_ connection: PluginConnection, _ facts: PluginFacts, _ opening: PluginOpening) {
    self.opening = opening
    self.facts = facts
    current = connection
    known = Mutex(facts.machine)
    secrets = opening.secrets(opening.configuration(facts).credentials)
  }

  deinit { current?.close() }

  /// A connection that is configured.
  private func connection() async throws(ProviderError) -> PluginConnection {
    while isBusy { await withCheckedContinuation { waiting.append($0) } }
    if let current, isConfigured, !current.isOver { return current }
    isBusy = true
    defer {
      isBusy = false
      for waiter in waiting { waiter.resume() }
      waiting = []
    }
    let connection = try await living()
    if !isConfigured { try await configure(connection) }
    return connection
  }

  private func living() async throws(ProviderError) -> PluginConnection {
    if let current, !current.isOver { return current }
    let broken = current?.untold
    if current != nil { policy.died(at: .now) }
    current = nil
    isConfigured = false
    if let broken { throw broken.error(.configure, plugin: "\(opening.file)", tail: nil).hiding(secrets) }
    switch policy.verdict(at: .now) {
    case .now: break
    case .wait(let time): try? await Task.sleep(for: time)
    case .refuse(let time):
      throw ProviderError(
        .unreachable,
        "\(opening.file) has died \(RestartPolicy.most) times within two minutes, and is left alone for \(Int(time.inSeconds)) s",
        hints: ["see what is wrong: `runpilot plugins test '\(opening.file.path)'`"])
    }
    let opening = opening
    let opened: Result<PluginConnection, ProviderError>
    do throws(SystemError) {
      opened = try await BackgroundThread.run {
        do throws(ProviderError) { return .success(try opening.open().0) } catch { return .failure(error) }
      }
    } catch {
      throw ProviderError(.unreachable, error.message)
    }
    if case .failure = opened { policy.died(at: .now) }
    let connection = try opened.get()
    current = connection
    return connection
  }

  private func configure(_ connection: PluginConnection) async throws(ProviderError) {
    do throws(PluginFailure) {
      let message = try await connection.call(.configure, opening.configuration(facts))
      if let told = try? message.result(ConfigureResult.self).machine { known.withLock { $0 = told } }
      isConfigured = true
    } catch {
      throw explained(error, .configure, connection)
    }
  }

  private nonisolated func explained(_ failure: PluginFailure, _ method: PluginMethod, _ connection: PluginConnection) -> ProviderError {
    failure.error(method, plugin: "\(opening.file)", tail: connection.lastWords(hiding: secrets)).hiding(secrets)
  }

  // MARK: asking

  /// Asks, and reads the answer.
  nonisolated func ask<Answer: Decodable & Sendable>(
    _ method: PluginMethod, _ parameters: some Encodable & Sendable, _ type: Answer.Type, listener: PluginConnection.Listener = .init(),
    launch: PluginConnection.Launch? = nil
  ) async throws(ProviderError) -> Answer {
    let connection = try await connection()
    if let launch { connection.state.withLock { $0.launches[launch.request.record.uid] = launch } }
    defer { if let launch { connection.state.withLock { $0.launches[launch.request.record.uid] = nil } } }
    do throws(PluginFailure) {
      let message = try await connection.call(method, parameters, listener: listener)
      do { return try message.result(type) } catch { throw PluginFailure.misshapen(DecodingWords.describe(error)) }
    } catch {
      throw explained(error, method, connection)
    }
  }

  /// Asks for many: what came in events, then what came in the answer.
  nonisolated func items<Item: Codable & Sendable>(
    _ method: PluginMethod, _ parameters: some Encodable & Sendable, _ type: Item.Type
  ) async throws(ProviderError) -> [Item] {
    let gathered = Gathered<Item>()
    let answer = try await ask(method, parameters, ItemsResult<Item>.self, listener: gathered.listener)
    return gathered.items + answer.items
  }

  /// Asks for bytes, which come in events; nil when the answer says that they are not known.
  nonisolated func bytes(_ method: PluginMethod, _ parameters: some Encodable & Sendable) async throws(ProviderError) -> [UInt8]? {
    let found = Mutex<[UInt8]>([])
    let listener = PluginConnection.Listener { kind, message in
      guard kind == .bytes else { return }
      guard let piece = Data(base64Encoded: try message.parameters(Event<BytesBody>.self).body.base64) else {
        throw NotAMessage([], "a piece of a log is no base 64")
      }
      found.withLock { $0 += piece }
    }
    let answer = try await ask(method, parameters, KnownResult.self, listener: listener)
    return answer.known ? found.withLock { $0 } : nil
  }
}

/// Items that come in events.
final class Gathered<Item: Codable & Sendable>: Sendable {
  private let found = Mutex<[Item]>([])

  var items: [Item] { found.withLock { $0 } }

  var listener: PluginConnection.Listener {
    PluginConnection.Listener { kind, message in
      guard kind == .items else { return }
      let batch = try message.parameters(Event<ItemsResult<Item>>.self).body.items
      self.found.withLock { $0 += batch }
    }
  }
}

extension ProviderError {
  /// The same without the secrets that a plugin may have put into its words.
  func hiding(_ secrets: [Secret]) -> ProviderError {
    func clean(_ text: String) -> String {
      secrets.reduce(text) { text, secret in
        secret.withExposed { $0.utf8.count < 6 ? text : text.replacing($0, with: "***") }
      }
    }
    return ProviderError(
      code, clean(message), vendorCode: vendorCode.map(clean), requestID: requestID, effect: effect, retryAfter: retryAfter,
      hints: hints.map(clean))
  }
}
