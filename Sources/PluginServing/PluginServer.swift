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
  private let type: any TrainingProvider.Type
  let environment: [String: String]
  let version: String
  let wire: ServerWire
  private let made = Mutex<(any TrainingProvider)?>(nil)
  /// The entry's name, from `configure`.
  private let entry = Mutex<ProviderID>("")
  private let agentExecutable: String?

  /// A server of the provider that `descriptor` makes.
  /// - Parameters:
  ///   - type: the type of what it makes, which tells what it can do.
  ///   - environment: what the provider sees, with the credentials of `configure` on top.
  ///   - agentExecutable: what checks show as the agent; it is the host that starts it.
  ///   - input: where requests come from.
  ///   - output: where answers go; nothing else may write there.
  public init(
    _ descriptor: ProviderDescriptor, type: any TrainingProvider.Type, environment: [String: String], agentExecutable: String?,
    version: String, input: Int32, output: Int32
  ) {
    self.descriptor = descriptor
    self.type = type
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
    facts.capabilities = Set(capabilities.map(\.rawValue))
    return facts
  }

  /// What the provider's type can do: known before there is one.
  private var capabilities: [PluginCapability] {
    let powers: [(PluginCapability, Bool)] = [
      (.check, type is any AccountCheck.Type), (.setup, type is any SetupPower.Type), (.recoverLog, type is any LogRecovery.Type),
      (.compose, descriptor.isRented), (.spot, descriptor.powers.contains { $0.name == "spot" && $0.isAvailable }),
      (.stop, type is any PausableProvider.Type), (.tags, type is any TaggingProvider.Type), (.ownEnd, type is any OwnEndProvider.Type),
      (.prices, type is any PriceHistory.Type), (.refreshPrices, type is any PriceRefreshing.Type),
      (.bills, type is any BillingProvider.Type),
      (.output, type is any MachineLogs.Type), (.ended, type is any EndHistory.Type),
    ]
    return [.offers, .grounds] + powers.filter(\.1).map(\.0)
  }

  /// The variables among what a descriptor says of credentials, which is written for people.
  static func variables(_ words: [String]) -> [String] {
    let found = words.flatMap { $0.split { !($0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_") } }
    return found.map(String.init).filter { word in word.contains("_") && word.allSatisfy { $0.isUppercase || $0.isNumber || $0 == "_" } }
  }

  // MARK: the provider

  /// Makes the provider, as `configure` says.
  func configure(_ parameters: ConfigureParameters) throws(ProviderError) -> ConfigureResult {
    let settings = ProviderSettings(id: ProviderID(parameters.id), module: descriptor.module, values: parameters.settings)
    let context = ProviderContext(
      environment: environment.merging(parameters.credentials) { $1 }, home: parameters.home, installation: parameters.installation,
      owner: parameters.owner, ownerIsConfigured: parameters.ownerIsConfigured, agent: WireAgent(wire: wire, executable: agentExecutable),
      now: { Date() })
    let provider = try descriptor.make(settings, context)
    made.withLock { $0 = provider }
    entry.withLock { $0 = settings.id }
    guard let renting = provider as? any RentingProvider else { return ConfigureResult() }
    return ConfigureResult(machine: PluginFacts.Machine(of: renting))
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
