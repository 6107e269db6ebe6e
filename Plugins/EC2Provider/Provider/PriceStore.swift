import Basics
import FoundationEssentials

/// The prices at hand: those that came with the program, and fresher ones that were fetched and kept in a folder.
struct PriceStore: Sendable {
  let folder: String
  let now: @Sendable () -> Date

  /// What is known of a region's prices; empty when nothing is.
  func book(_ region: String) -> PriceBook {
    let kept = kept(region)
    let bundled = PriceBook.bundled(region)
    guard let kept else { return bundled ?? PriceBook(region: region, date: "", source: "", machines: [:]) }
    guard let bundled, bundled.date > kept.date else { return kept }
    return bundled
  }

  /// Keeps fetched prices beside those that were fetched before. That they cannot be kept is no reason not to use them.
  func keep(_ fetched: PriceBook) {
    var book = fetched
    if let old = kept(fetched.region) {
      book.machines = old.machines.merging(fetched.machines) { _, new in new }
      book.diskGigabyteMonth = fetched.diskGigabyteMonth ?? old.diskGigabyteMonth
    }
    guard let bytes = try? JSON.encode(book) else { return }
    try? Files.createFolder(folder)
    try? Files.writeAtomically(bytes, to: path(fetched.region))
  }

  private func kept(_ region: String) -> PriceBook? {
    guard let bytes = try? Files.read(path(region), limit: 4 << 20), let book = try? JSON.decode(PriceBook.self, from: bytes),
      book.schema == PriceBook.currentSchema, book.region == region
    else { return nil }
    return book
  }

  private func path(_ region: String) -> String { "\(folder)/ec2-\(region).json" }
}
