import Basics
import FoundationEssentials
import PluginProtocol
import ProviderKit
import Synchronization
import TrainingModel

/// A provider in another process whose machines cost money.
protocol RentingPluginProvider: PluginProvider, RentingProvider, PriceHistory, PriceRefreshing, BillingProvider, MachineLogs, EndHistory {}

extension RentingPluginProvider {
  var interruptionNotice: String? { facts.interruptionNotice }
  var consistencyWindow: Duration { .seconds(facts.consistencySeconds) }
  var machineEnd: String { link.machine.end }
  var bootForm: BootForm { link.machine.bootForm }
  var launcher: [String] { link.machine.launcher ?? [] }
  var restartCounter: String? { link.machine.restartCounter }
  var listedRegions: Set<String>? { facts.listedRegions.map { Set($0) } }

  func account() async throws(ProviderError) -> RentalAccount { try await link.ask(.account, Nothing(), AccountResult.self).account }

  func candidates(for need: RentalNeed) async throws(ProviderError) -> [RentalCandidate] {
    guard !need.spot || facts.can(.spot) else { return [] }
    return try await link.items(.candidates, CandidatesParameters(need), WireCandidate.self).map { $0.candidate(of: id) }
  }

  func compose(_ candidate: RentalCandidate, _ order: RentalOrder) async throws(ProviderError) -> ComposedLaunch {
    let parameters = ComposeParameters(candidate, order)
    guard facts.can(.compose) else {
      do {
        let text = String(decoding: try JSON.encode(parameters, compact: true), as: UTF8.self)
        return ComposedLaunch(token: order.token, place: candidate.place, request: text)
      } catch {
        throw ProviderError(.invalidRequest, "the order cannot be written down: \(error)")
      }
    }
    let answer = try await link.ask(.compose, parameters, ComposeResult.self)
    return ComposedLaunch(token: order.token, place: candidate.place, request: answer.request)
  }

  func launch(_ request: LaunchRequest, token: LaunchToken) async throws(ProviderError) -> Resource {
    guard let rental = request.rental, rental.token == token else {
      throw ProviderError(.invalidRequest, "a launch by \(link.opening.file) needs the request that the ledger has written down")
    }
    let named = Mutex<String?>(nil)
    let listener = PluginConnection.Listener { kind, message in
      guard kind == .created else { return }
      let resource = try message.parameters(Event<CreatedBody>.self).body.resource
      named.withLock { $0 = resource }
    }
    do throws(ProviderError) {
      let answer = try await link.ask(.create, CreateParameters(rental), CreateResult.self, listener: listener)
      var resource = answer.resource.resource(of: id)
      resource.place = resource.place ?? rental.place
      return resource
    } catch {
      // Whatever the plugin says afterwards: something has a name, so something was made.
      guard let created = named.withLock({ $0 }), error.effect == .none else { throw error }
      throw ProviderError(
        error.code, "\(error.message); before that it had created \(created)", vendorCode: error.vendorCode, requestID: error.requestID,
        effect: .unknown, hints: error.hints)
    }
  }

  func prices(at place: RentalPlace, from start: Date, to end: Date) async throws(ProviderError) -> [PriceChange] {
    guard facts.can(.prices) else { return [] }
    return try await link.items(.prices, PricesParameters(place, from: start, to: end), WirePriceChange.self).map(\.change)
  }

  func refreshPrices(for need: ResourceNeed) async throws(ProviderError) {
    guard facts.can(.refreshPrices) else { return }
    _ = try await link.ask(.refreshPrices, OffersParameters(need), Nothing.self)
  }

  func bills(of resource: ResourceID, from start: Date, to end: Date) async throws(ProviderError) -> [Bill] {
    guard facts.can(.bills) else { return [] }
    return try await link.items(.bills, BillsParameters(resource, from: start, to: end), WireBill.self).map(\.bill)
  }

  func output(of resource: ResourceID) async throws(ProviderError) -> [UInt8]? {
    guard facts.can(.output) else { return nil }
    return try await link.bytes(.output, ResourceParameters(resource))
  }

  func end(of resource: ResourceID) async throws(ProviderError) -> ResourceEnd? {
    guard facts.can(.ended) else { return nil }
    return try await link.ask(.ended, ResourceParameters(resource), EndedResult.self).end
  }
}

extension RentingPluginProvider where Self: PausableProvider {
  func stop(_ resource: ResourceID) async throws(ProviderError) {
    _ = try await link.ask(.stop, ResourceParameters(resource), Nothing.self)
  }
  func start(_ resource: ResourceID) async throws(ProviderError) {
    _ = try await link.ask(.start, ResourceParameters(resource), Nothing.self)
  }
}

extension RentingPluginProvider where Self: TaggingProvider {
  func setTags(_ tags: [String: String?], on resource: ResourceID) async throws(ProviderError) {
    _ = try await link.ask(.setTags, TagParameters(tags, on: resource), Nothing.self)
  }
}

extension RentingPluginProvider where Self: OwnEndProvider {
  func setOwnEnd(of resource: ResourceID, destroys: Bool) async throws(ProviderError) {
    _ = try await link.ask(.setOwnEnd, OwnEndParameters(resource, destroys: destroys), Nothing.self)
  }
}
