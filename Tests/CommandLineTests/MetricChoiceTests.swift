import Testing

@testable import RunPilotCLI

@Suite struct MetricChoiceTests {
  private let metrics = ["sys.cpu_percent": 90.0, "loss": 0.1, "accuracy": 0.9, "epoch": 3]

  @Test("Declared metrics come first, then the others by name, then what was only measured")
  func order() {
    #expect(MetricChoice.first(.max, of: metrics, declared: ["loss", "missing"]) == ["loss", "accuracy", "epoch", "sys.cpu_percent"])
  }

  @Test("What was only measured takes no place where there is no room for all, unless it was declared")
  func scarce() {
    #expect(MetricChoice.first(4, of: metrics, declared: []) == ["accuracy", "epoch", "loss"])
    #expect(MetricChoice.first(2, of: metrics, declared: ["sys.cpu_percent"]) == ["sys.cpu_percent", "accuracy"])
  }
}
