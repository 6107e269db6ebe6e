import FoundationEssentials
import Testing
import TrainingModel

@Suite("Which checkpoint a job goes on from")
struct CheckpointTests {
  private static func file(_ path: String, _ second: Double) -> Checkpoint.File {
    Checkpoint.File(path: path, changedAt: Date(timeIntervalSince1970: second))
  }

  @Test("The newest; of the same moment the one that people count last; a folder is as new as the newest of its files")
  func order() {
    func names(_ files: [Checkpoint.File]) -> [String] { Checkpoint.all(of: files).map(\.name) }
    #expect(names([]) == [])
    #expect(names([Self.file("b", 1), Self.file("a", 2)]) == ["a", "b"])
    #expect(
      names([Self.file("step-9.pt", 5), Self.file("step-10.pt", 5), Self.file("step-2.pt", 5)]) == ["step-10.pt", "step-9.pt", "step-2.pt"])
    #expect(names([Self.file("old/w", 1), Self.file("old/late", 9), Self.file("new", 8)]) == ["old", "new"])
    #expect(
      names([Self.file("00000000000000000000000000000000000000002", 1), Self.file("3", 1)]) == [
        "3", "00000000000000000000000000000000000000002",
      ])
  }

  @Test("What did not come whole is passed over; of a machine that went without a word the newest folder is doubted")
  func whole() {
    let files = [Self.file("a/1", 1), Self.file("a/2", 1), Self.file("b/1", 2), Self.file("b/2", 2)]
    #expect(Checkpoint.newest(of: files) { _ in true }?.name == "b")
    #expect(Checkpoint.newest(of: files) { $0 != "b/2" }?.name == "a")
    #expect(Checkpoint.newest(of: files) { _ in false } == nil)
    #expect(Checkpoint.newest(of: files, whole: nil)?.name == "a")
    #expect(Checkpoint.newest(of: [Self.file("a/1", 1)], whole: nil)?.name == "a")
    #expect(Checkpoint.newest(of: [Self.file("a", 1), Self.file("b", 2)], whole: nil)?.name == "b")
  }
}
