import Basics
import FoundationEssentials

/// The prices at hand: those that came with the program, and fresher ones that were fetched and kept in a folder.
struct PriceStore: Sendable {
  let folder: String
  let now: @Sendable () -> Date

  /// What is known of a region's prices.
  func book(_ region: String) -> PriceBook {
    var book = PriceBook.bundled(region)
    if let kept = kept(region) { book.merge(kept) }
    return book
  }

  /// Keeps fetched prices beside those that were fetched before. That they cannot be kept is no reason not to use them.
  func keep(_ fetched: PriceBook) {
    var book = kept(fetched.region) ?? PriceBook(region: fetched.region)
    book.merge(fetched)
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
