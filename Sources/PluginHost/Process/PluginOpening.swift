import Basics
import Dispatch
import PluginProtocol
import ProviderKit
import Synchronization
import TrainingModel

/// Starts a plugin and agrees with it on a version.
struct PluginOpening: Sendable {
  let file: PluginFile
  /// Variables of the environment that it gets beside the usual ones.
  let credentials: [String]
  let host: PluginFacts.Name
  let settings: ProviderSettings
  let context: ProviderContext

  /// What of the caller's environment every plugin gets. Everything else may hold keys that are none of its business.
  static let inherited = ["PATH", "HOME", "TMPDIR", "LANG"]

  var environment: [String: String] {
    context.environment.filter { Self.inherited.contains($0.key) || credentials.contains($0.key) }
  }

  /// A plugin that has answered `initialize`. Waits on the calling thread, ten seconds at most.
  /// - Throws: ``ProviderError`` that says what the plugin did instead, and that nothing was done by it.
  func open(within limit: Duration = PluginProtocol.handshakeDeadline) throws(ProviderError) -> (PluginConnection, PluginFacts) {
    let folder = context.home + "/cache/plugins/" + file.name
    do throws(SystemError) { try Files.createFolder(folder, mode: 0o700) } catch {
      throw ProviderError(.invalidRequest, error.message, hints: error.hints)
    }
    let connection = try PluginConnection(file, environment: environment, workingFolder: folder)
    let answer = Mutex<Result<Message, PluginFailure>?>(nil)
    let arrived = DispatchSemaphore(value: 0)
    connection.ask(.initialize, InitializeParameters(host: host, credit: PluginProtocol.initialCredit), limit: limit) { result in
      answer.withLock { $0 = result }
      arrived.signal()
    }
    arrived.wait()
    do throws(ProviderError) {
      let facts = try agreed(answer.withLock { $0 } ?? .failure(.silent(limit)), connection)
      connection.state.withLock { $0.maxInFlight = facts.maxInFlight }
      connection.tell(.initialized, Nothing())
      return (connection, facts)
    } catch {
      connection.close()
      throw error
    }
  }

  private func agreed(_ answer: Result<Message, PluginFailure>, _ connection: PluginConnection) throws(ProviderError) -> PluginFacts {
    let tail = connection.lastWords(hiding: secrets([:]))
    switch answer {
    case .failure(.refused(let failure)):
      guard let supported = failure.data?.supported else {
        throw PluginFailure.refused(failure).error(.initialize, plugin: "\(file)", tail: tail)
      }
      throw disagreement("\(supported)")
    case .failure(let failure): throw failure.error(.initialize, plugin: "\(file)", tail: tail)
    case .success(let message):
      let facts: PluginFacts
      do { facts = try message.result(PluginFacts.self) } catch {
        throw PluginFailure.misshapen(DecodingWords.describe(error)).error(.initialize, plugin: "\(file)", tail: tail)
      }
      guard facts.protocol == PluginProtocol.version else { throw disagreement("\(facts.protocol)") }
      return facts
    }
  }

  private func disagreement(_ theirs: String) -> ProviderError {
    let digest = (try? file.digest()) ?? "unknown"
    let newer = (Int(theirs.split(separator: " ").first ?? "") ?? 0) > PluginProtocol.version
    return ProviderError(
      .invalidRequest,
      "\(file) speaks version \(theirs) of the protocol, and this runpilot (\(host.version)) speaks \(PluginProtocol.version); sha256 \(digest)",
      hints: [newer ? "install a newer runpilot, or an older version of the plugin" : "install a newer version of the plugin"])
  }

  /// The values that must appear in nothing that is printed.
  func secrets(_ given: [String: String]) -> [Secret] {
    (given.map(\.value) + credentials.compactMap { context.environment[$0] }).map { Secret($0) }
  }

  /// What `configure` hands over.
  func configuration(_ facts: PluginFacts) -> ConfigureParameters {
    let wanted = context.environment.filter { facts.credentials.contains($0.key) }
    return ConfigureParameters(
      id: settings.id.rawValue, settings: settings.values, credentials: wanted, owner: context.owner,
      ownerIsConfigured: context.ownerIsConfigured, installation: context.installation, home: context.home)
  }
}

extension PluginConnection {
  /// The last line on stderr, for errors.
  func lastWords(hiding secrets: [Secret]) -> String? { state.withLock { $0.tail.lastLine(hiding: secrets) } }
}
