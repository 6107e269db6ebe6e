import ControlAPI
import FoundationEssentials
import ProviderKit
import RunPilotTesting
import Testing

@testable import S3Storage

@Suite("What sync and clean-up decide, as pure functions")
struct PlanTests {
  /// A side of few names, sizes and times, so that sides overlap.
  private func side(_ generator: inout Chance) -> [SyncItem] {
    (0..<12).compactMap { number in
      guard Bool.random(using: &generator) else { return nil }
      let time = Date(timeIntervalSince1970: Double(Int.random(in: 0...3, using: &generator)))
      let bytes = Int64.random(in: 0...2, using: &generator)
      return SyncItem("f\(number)", bytes, time, tag: "\(bytes)-\(Bool.random(using: &generator))")
    }
  }

  @Test(
    "every path is copied, unchanged, deleted or left alone, and copying twice copies nothing",
    arguments: [StorageTransfer.Comparison.always, .time, .size, .checksum])
  func properties(_ comparison: StorageTransfer.Comparison) {
    var generator = Chance(seed: 7)
    for _ in 0..<400 {
      let (source, target) = (side(&generator), side(&generator))
      let plan = SyncPlan(from: source, to: target, comparison, deletes: true)
      let copied = Set(plan.copies.map(\.path))
      let names = Set(source.map(\.path))
      #expect(copied.isSubset(of: names))
      #expect(copied.count + plan.unchanged == source.count)
      #expect(Set(plan.deletions.map(\.path)) == Set(target.map(\.path)).subtracting(names))
      #expect(plan.copies.map(\.path) == plan.copies.map(\.path).sorted())
      #expect(SyncPlan(from: source, to: target, comparison, deletes: false).deletions.isEmpty)
      // The target as it is afterwards.
      var after = Dictionary(target.map { ($0.path, $0) }) { first, _ in first }
      for item in plan.copies { after[item.path] = item }
      for item in plan.deletions { after[item.path] = nil }
      let again = SyncPlan(from: source, to: Array(after.values), comparison, deletes: true)
      #expect(again.deletions.isEmpty)
      if comparison != .always { #expect(again.copies.isEmpty && again.unchanged == source.count) }
      // Whatever is compared, a file of another length is another file.
      for item in source where !copied.contains(item.path) {
        #expect(target.contains { $0.path == item.path && $0.size == item.size })
      }
    }
  }

  @Test("what is newer by less than a second is the same; what cannot be compared is copied")
  func edges() {
    func copies(_ left: SyncItem, _ right: SyncItem, _ comparison: StorageTransfer.Comparison) -> Int {
      SyncPlan(from: [left], to: [right], comparison, deletes: false).copies.count
    }
    let (second, later) = (Date(timeIntervalSince1970: 100), Date(timeIntervalSince1970: 100.9))
    #expect(copies(SyncItem("a", 1, later), SyncItem("a", 1, second), .time) == 0)
    #expect(copies(SyncItem("a", 1, later.addingTimeInterval(1)), SyncItem("a", 1, second), .time) == 1)
    #expect(copies(SyncItem("a", 1, nil), SyncItem("a", 1, second), .time) == 1)
    #expect(copies(SyncItem("a", 1, tag: nil), SyncItem("a", 1, tag: "x"), .checksum) == 1)
    #expect(copies(SyncItem("a", 1), SyncItem("a", 1), .size) == 0)
  }

  private func object(_ key: String, _ second: Double?) -> ObjectFacts {
    ObjectFacts(key: key, size: 1, etag: "x", modifiedAt: second.map { Date(timeIntervalSince1970: $0) })
  }

  @Test("the newest children stay, whole; what has no date stays too")
  func keepLast() {
    let objects = [
      object("c/", 9), object("c/1/a", 1), object("c/1/b", 7), object("c/2/a", 5), object("c/3.pt", 6), object("c/4.pt", nil),
      object("d/x", 1),
    ]
    func goes(_ count: Int) -> [String] { KeepLast.superfluous(objects, below: "c/", keeping: count).map(\.key) }
    #expect(goes(0) == ["c/1/a", "c/1/b", "c/2/a", "c/3.pt"])
    #expect(goes(1) == ["c/2/a", "c/3.pt"])
    #expect(goes(2) == ["c/2/a"])
    #expect(goes(3) == [])
    #expect(goes(99) == [])
  }

  @Test("never more stays than asked, never less, and never something older than what goes")
  func keepLastProperties() {
    var generator = Chance(seed: 3)
    for _ in 0..<300 {
      let count = Int.random(in: 0...20, using: &generator)
      let keep = Int.random(in: 0...8, using: &generator)
      let objects = (0..<count).map { object("p/\($0)", Double(Int.random(in: 0...9, using: &generator))) }
      let gone = KeepLast.superfluous(objects, below: "p/", keeping: keep)
      #expect(gone.count == max(0, count - keep))
      let stays = objects.filter { !gone.contains($0) }
      if let oldest = stays.compactMap(\.modifiedAt).min(), let newest = gone.compactMap(\.modifiedAt).max() {
        #expect(oldest >= newest)
      }
    }
  }

  @Test(
    "keys that are no paths",
    arguments: ["../x", "a/../../x", "a/./b", "/etc/passwd", "a//b", "", "folder/", "a\0b", String(repeating: "x", count: 256)])
  func unsafe(_ key: String) { #expect(SafePath.objection(to: key) != nil) }

  @Test("keys that are", arguments: ["a", "a/b", "..a", "a..", "a b+ü/🚀", "-rf", "~"])
  func safe(_ key: String) { #expect(SafePath.objection(to: key) == nil) }

  @Test("addresses")
  func addresses() {
    #expect(StorageURL("s3://b/k/x y") == StorageURL(bucket: "b", key: "k/x y"))
    #expect(StorageURL("s3://b")?.key == "")
    #expect(StorageURL("s3://b/p")?.prefix == "p/")
    #expect(StorageURL("s3://b/p/")?.prefix == "p/")
    #expect(StorageURL("s3:///k") == nil && StorageURL("http://b/k") == nil && StorageURL("b/k") == nil)
    #expect(StorageURL("s3://b//k")?.key == "/k")
  }
}
