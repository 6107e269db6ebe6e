import Basics
import FoundationEssentials
import Testing

@Suite("The process's environment")
struct ProcessEnvironmentTests {
  @Test("All variables, whole: the same as Foundation's")
  func all() {
    let ours = ProcessEnvironment.read()
    #expect(ours["PATH"] != nil)
    #expect(ours == ProcessInfo.processInfo.environment)
  }
}
