import Basics
import Glibc
import TrainingModel

/// Gives each run of a home a number that no other run of it ever had.
///
/// One counter file under an flock: any number of processes may ask at once. A missing or damaged counter starts behind the largest folder.
struct IDAllocator {
  let home: String

  private var counter: String { home + "/next-id" }

  func next() throws(SystemError) -> RunID {
    let lock = try FileLock.acquire(home + "/ids.lock")
    defer { withExtendedLifetime(lock) {} }
    let stored = (try? Files.readText(counter, limit: 64)).flatMap { Int($0.prefix { $0 != "\n" }) }
    var number: Int
    if let stored { number = stored } else { number = try largest() + 1 }
    while Files.exists("\(home)/runs/\(Self.name(number))") { number += 1 }
    try store(number + 1)
    return RunID(Self.name(number))
  }

  /// In place: a few bytes in one write, under the lock. Only the first line counts.
  /// A counter that a crash has spoilt is found anew, or skips what it finds taken.
  private func store(_ number: Int) throws(SystemError) {
    let file = try Descriptor.open(counter, O_WRONLY | O_CREAT, mode: 0o644)
    var text = "\(number)\n"
    let written = text.withUTF8 { pwrite(file.raw, $0.baseAddress, $0.count, 0) }
    guard written == text.utf8.count else { throw SystemError("write", counter) }
  }

  private func largest() throws(SystemError) -> Int {
    let folder = home + "/runs"
    guard Files.exists(folder) else { return 0 }
    return try Files.names(in: folder).compactMap(Self.number).max() ?? 0
  }

  /// `rp_0007`; more digits when four do not do.
  static func name(_ number: Int) -> String {
    let digits = "\(number)"
    return "rp_" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// The number of an id; nil for a folder that is none of ours.
  static func number(of name: String) -> Int? {
    guard name.hasPrefix("rp_"), name.utf8.count >= 7, name.utf8.count <= 21 else { return nil }
    let digits = name.dropFirst(3)
    guard digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return Int(digits)
  }
}
