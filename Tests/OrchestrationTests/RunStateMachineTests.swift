import ProviderKit
import Testing
import TrainingModel

@testable import Orchestration

@Suite("The home's part of a run's life")
struct RunStateMachineTests {
  private static let unreachable = ProviderError(.unreachable, "no engine")

  @Test("A run that is accepted is handed over once")
  func accepted() {
    var machine = RunStateMachine(provider: "a", fallback: [])
    #expect(machine.begin() == .launch("a", insteadOf: nil))
    #expect(machine.begin() == .none)
    #expect(machine.launched() == .handOver)
    #expect(machine.state == .handedOver("a"))
    #expect(machine.launched() == .none)
    #expect(machine.refused(Self.unreachable) == .none, "too late to refuse")
  }

  @Test("Fallbacks are tried in order, each once, and the first choice is remembered")
  func fallbacks() {
    var machine = RunStateMachine(provider: "a", fallback: ["b", "a", "c"])
    _ = machine.begin()
    #expect(machine.refused(Self.unreachable) == .launch("b", insteadOf: "a"))
    #expect(machine.refused(ProviderError(.noCapacity, "full")) == .launch("c", insteadOf: "a"))
    #expect(machine.refused(Self.unreachable) == .close(Self.unreachable))
    #expect(machine.state == .closed)
  }

  @Test("Nothing else is started while it is not certain that nothing was", arguments: [ProviderError.Effect.unknown, .applied])
  func unknownEffect(_ effect: ProviderError.Effect) {
    var machine = RunStateMachine(provider: "a", fallback: ["b"])
    _ = machine.begin()
    let error = ProviderError(.unreachable, "answer lost", effect: effect)
    #expect(machine.refused(error) == .close(error))
  }

  @Test("A wrong request is not tried elsewhere")
  func invalidRequest() {
    var machine = RunStateMachine(provider: "a", fallback: ["b"])
    _ = machine.begin()
    let error = ProviderError(.invalidRequest, "no such device")
    #expect(machine.refused(error) == .close(error))
  }
}
