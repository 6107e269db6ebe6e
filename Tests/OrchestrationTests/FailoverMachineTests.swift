import Basics
import FoundationEssentials
import ProviderKit
import Testing
import TrainingModel

@testable import Orchestration

@Suite("Where a rented run is tried")
struct FailoverMachineTests {
  private static func candidate(_ machine: String, _ price: String?, _ market: RentalPlace.Market = .onDemand) -> RentalCandidate {
    let hourly = price.flatMap { Decimal(string: $0) }.map { Money($0) }
    return RentalCandidate(
      place: RentalPlace(provider: "cloud", account: "1", region: "r", zone: "a", machine: machine, market: market),
      offer: Offer(provider: "cloud", machine: machine, pricePerHour: hourly, priceSource: nil), architecture: "x86_64", meters: [])
  }

  private static let places = [candidate("small", "0.1"), candidate("large", "0.2")]

  private func error(_ code: ProviderError.Code, _ effect: ProviderError.Effect) -> ProviderError {
    ProviderError(code, "words", effect: effect)
  }

  @Test("No capacity moves on, and the last place closes")
  func noCapacity() {
    var machine = FailoverMachine(Self.places)
    #expect(machine.begin() == .attempt(Self.places[0]))
    #expect(machine.failed(error(.noCapacity, .none)) == .attempt(Self.places[1]))
    let last = error(.quotaExceeded, .none)
    #expect(machine.failed(last) == .close(last, inDoubt: false))
    #expect(machine.tried.map(\.candidate) == Self.places)
  }

  @Test("An unknown effect forbids to move on: the same request goes out again, then a person is told")
  func doubt() {
    var machine = FailoverMachine(Self.places)
    _ = machine.begin()
    for number in 1...FailoverMachine.longestDoubt { #expect(machine.failed(error(.noCapacity, .unknown)) == .resend(number: number)) }
    let last = error(.unreachable, .unknown)
    #expect(machine.failed(last) == .close(last, inDoubt: true))
  }

  @Test("After a doubt that was settled the next place may be tried")
  func settled() {
    var machine = FailoverMachine(Self.places)
    _ = machine.begin()
    #expect(machine.failed(error(.unreachable, .unknown)) == .resend(number: 1))
    #expect(machine.failed(error(.noCapacity, .none)) == .attempt(Self.places[1]))
    #expect(machine.launched() == .done)
  }

  @Test("A later refusal that did not look for the token settles no doubt: the place is not left, and a person is told")
  func unsettled() {
    for code in [ProviderError.Code.vendorFault, .conflict, .unreachable] {
      var machine = FailoverMachine(Self.places)
      _ = machine.begin()
      #expect(machine.failed(error(.unreachable, .unknown)) == .resend(number: 1))
      #expect(machine.failed(error(code, .none)) == .resend(number: 2), "\(code)")
    }
    for code in [ProviderError.Code.forbidden, .unauthorised, .invalidRequest, .notFound] {
      var machine = FailoverMachine(Self.places)
      _ = machine.begin()
      _ = machine.failed(error(.unreachable, .unknown))
      #expect(machine.failed(error(code, .none)) == .close(error(code, .none), inDoubt: true), "\(code)")
    }
  }

  @Test("A throttled request is repeated at the same place")
  func throttled() {
    var machine = FailoverMachine(Self.places)
    _ = machine.begin()
    #expect(machine.failed(error(.throttled, .none)) == .resend(number: 1))
    #expect(machine.launched() == .done)
  }

  @Test(
    "What is wrong everywhere is not tried elsewhere", arguments: [ProviderError.Code.unauthorised, .forbidden, .invalidRequest])
  func hopeless(code: ProviderError.Code) {
    var machine = FailoverMachine(Self.places)
    _ = machine.begin()
    #expect(machine.failed(error(code, .none)) == .close(error(code, .none), inDoubt: false))
  }

  @Test("Whatever the answers, no place is left while its effect is unknown, and none is tried twice")
  func property() {
    for seed in 0..<2_000 {
      var chance = SeededGenerator(seed: UInt64(seed))
      let codes: [ProviderError.Code] = [.noCapacity, .throttled, .unreachable, .quotaExceeded, .vendorFault, .conflict]
      let places = (0..<Int.random(in: 1...5, using: &chance)).map { Self.candidate("m\($0)", "1") }
      var machine = FailoverMachine(places)
      var action = machine.begin()
      var attempted: [String] = []
      var isInDoubt = false
      for _ in 0..<200 {
        switch action {
        case .attempt(let candidate):
          #expect(!isInDoubt, "left a place in doubt")
          #expect(!attempted.contains(candidate.place.machine))
          attempted.append(candidate.place.machine)
        case .close(_, let inDoubt): #expect(inDoubt == isInDoubt)
        case .resend, .done: break
        }
        if case .close = action { break }
        let effect: ProviderError.Effect = [.none, .unknown, .applied].randomElement(using: &chance) ?? .none
        let code = codes.randomElement(using: &chance) ?? .noCapacity
        if effect == .unknown { isInDoubt = true }
        if effect == .applied || effect == .none && (code == .noCapacity || code == .quotaExceeded) { isInDoubt = false }
        action = machine.failed(error(code, effect))
      }
      guard case .close = action else {
        Issue.record("seed \(seed) never ends")
        return
      }
    }
  }

  @Test("A limit of money leaves out what is dearer and what has no known price")
  func ceilings() throws {
    var spec = RunSpec(name: "n", entrypoint: ["x"], projectFolder: "/", provider: "cloud")
    let all = [Self.candidate("cheap", "0.10"), Self.candidate("dear", "2.50"), Self.candidate("odd", nil)]
    #expect(try CandidateChoice.allowed(all, for: spec).map(\.place.machine) == ["cheap", "dear", "odd"])
    spec.rental.maxPrice = Money(1)
    #expect(try CandidateChoice.allowed(all, for: spec).map(\.place.machine) == ["cheap"])
    spec.rental.maxPrice = Money(Decimal(string: "0.05") ?? 0)
    let error = #expect(throws: ProviderError.self) { try CandidateChoice.allowed(all, for: spec) }
    #expect(error?.code == .noCapacity && error?.effect == ProviderError.Effect.none)
    #expect(error?.hints.first == "raise it: `--max-price 0.1`")
  }

  @Test("Spot becomes the full price only where the run allows it")
  func spot() throws {
    var spec = RunSpec(name: "n", entrypoint: ["x"], projectFolder: "/", provider: "cloud")
    let all = [Self.candidate("full", "0.10"), Self.candidate("spot", "0.30", .spot)]
    #expect(try CandidateChoice.allowed(all, for: spec).map(\.place.machine) == ["full"])
    spec.rental.spot = true
    #expect(try CandidateChoice.allowed(all, for: spec).map(\.place.machine) == ["spot"])
    spec.fallback = ["on-demand"]
    #expect(try CandidateChoice.allowed(all, for: spec).map(\.place.machine) == ["spot", "full"])
  }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
