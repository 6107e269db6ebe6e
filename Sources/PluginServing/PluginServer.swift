public import Basics
import FoundationEssentials
import PluginProtocol
public import ProviderKit
import Synchronization
import TrainingModel

/// Serves a provider that is compiled in over the protocol of plugins, so that the wire can be held against the provider itself.
///
/// Every request is carried out in a task of its own; answers go out whole, one at a time.
public final class PluginServer: Sendable {
  let descriptor: ProviderDescriptor
  let environment: [String: String]
  let version: String
  let wire: ServerWire
  private let made = Mutex<(any TrainingProvider)?>(nil)
  /// The entry's name, from `configure`.
  private let entry = Mutex<ProviderID>("")
  private let agentExecutable: String?

  /// A server of the provider that `descriptor` makes.
  /// - Parameters:
  ///   - environment: what the provider sees, with the credentials of `configure` on top.
  ///   - agentExecutable: what checks show as the agent; it is the host that starts it.
  ///   - input: where requests come from.
  ///   - output: where answers go; nothing else may write there.
  public init(
    _ descriptor: ProviderDescriptor, environment: [String: String], agentExecutable: String?, version: String, input: Int32, output: Int32
  ) {
    self.descriptor = descriptor
    self.environment = environment
    self.agentExecutable = agentExecutable
    self.version = version
    wire = ServerWire(input: input, output: output)
  }

  /// Serves until the input ends or `shutdown` is asked, and until what is under way has been answered.
  /// - Throws: ``SystemError`` when there is no thread to read with.
  public func run() async throws(SystemError) {
    let requests = try wire.requests()
    await withDiscardingTaskGroup { group in
      for await message in requests {
        guard case .request(let id, let method) = message.kind else { continue }
        if method == PluginMethod.shutdown.rawValue {
          wire.send(try? MessageWriter.result(id, Nothing()))
          break
        }
        group.addTask { await self.answer(id, method, message) }
      }
    }
  }

  private func answer(_ id: MessageID, _ word: String, _ message: Message) async {
    guard let method = PluginMethod(rawValue: word), method != .agentStart else {
      wire.send(try? MessageWriter.failure(id, WireFailure(PluginProtocol.unknownMethod, "no method '\(word)'")))
      return
    }
    do {
      wire.send(try await result(id, method, message))
    } catch let error as ProviderError {
      wire.send(try? MessageWriter.failure(id, WireFailure(error)))
    } catch let error as WireFailure {
      wire.send(try? MessageWriter.failure(id, error))
    } catch {
      wire.send(try? MessageWriter.failure(id, WireFailure(PluginProtocol.badParameters, DecodingWords.describe(error))))
    }
  }

  // MARK: what it is

  /// The answer to `initialize`.
  /// - Throws: ``WireFailure`` when there is no version in common.
  func greet(_ parameters: InitializeParameters) throws(WireFailure) -> PluginFacts {
    guard parameters.protocol.min <= PluginProtocol.version, PluginProtocol.version <= parameters.protocol.max else {
      var reason = WireFailure.Reason("invalid", effect: "none")
      reason.supported = VersionRange(min: PluginProtocol.version, max: PluginProtocol.version)
      throw WireFailure(
        PluginProtocol.refusal, "this plugin speaks version \(PluginProtocol.version), the host \(parameters.protocol)", reason)
    }
    wire.credit = parameters.credit
    var facts = PluginFacts(name: descriptor.module, version: version, kind: descriptor.isRented ? .renting : .near)
    facts.credentials = Self.variables(descriptor.credentials)
    var capabilities: [PluginCapability] = [.offers, .check, .setup, .grounds, .recoverLog]
    if descriptor.isRented { capabilities += [.compose, .spot, .stop, .tags, .ownEnd, .prices] }
    facts.capabilities = Set(capabilities.map(\.rawValue))
    return facts
  }

  /// The variables among what a descriptor says of credentials, which is written for people.
  static func variables(_ words: [String]) -> [String] {
    let found = words.flatMap { $0.split { !($0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_") } }
    return found.map(String.init).filter { word in word.contains("_") && word.allSatisfy { $0.isUppercase || $0.isNumber || $0 == "_" } }
  }

  // MARK: the provider

  /// Makes the provider, as `configure` says.
  func configure(_ parameters: ConfigureParameters) throws(ProviderError) {
    let settings = ProviderSettings(id: ProviderID(parameters.id), module: descriptor.module, values: parameters.settings)
    let context = ProviderContext(
      environment: environment.merging(parameters.credentials) { $1 }, home: parameters.home, installation: parameters.installation,
      owner: parameters.owner, ownerIsConfigured: parameters.ownerIsConfigured, agent: WireAgent(wire: wire, executable: agentExecutable),
      now: { Date() })
    let provider = try descriptor.make(settings, context)
    made.withLock { $0 = provider }
    entry.withLock { $0 = settings.id }
  }

  var id: ProviderID { entry.withLock { $0 } }

  /// The provider, once it was configured.
  func provider() throws(ProviderError) -> any TrainingProvider {
    guard let provider = made.withLock({ $0 }) else { throw ProviderError(.invalidRequest, "`configure` comes before everything else") }
    return provider
  }

  /// The provider with a power.
  func provider<Power>(_ power: Power.Type, for method: PluginMethod) throws -> Power {
    guard let able = try provider() as? Power else {
      throw WireFailure(PluginProtocol.unknownMethod, "'\(descriptor.module)' has no method '\(method.rawValue)'")
    }
    return able
  }
}
