import Basics
import FoundationEssentials
import Glibc
import ProviderKit

/// What goes over the pipe between a home and the folder of another machine: a line of JSON, then as many bytes as the line says.
enum FolderWire {
  /// What is asked.
  enum Action: String, Codable {
    case get, head, put, upload, download, list, delete
  }

  /// A question.
  struct Question: Codable {
    var action: Action
    var keys: [String] = []
    var from: Int64?
    var to: Int64?
    /// "absent", or an ETag that must match; nil for always.
    var condition: String?
    var after: String?
    var page: String?
    /// How many bytes follow the line.
    var bytes: Int64 = 0
  }

  /// An answer.
  struct Answer: Codable {
    var error: Fault?
    var objects: [Facts] = []
    var next: String?
    /// How many bytes follow the line.
    var bytes: Int64 = 0
  }

  /// What went wrong there.
  struct Fault: Codable {
    /// "conflict", "not-found", "invalid", "unreachable".
    var kind: String
    var message: String
  }

  /// `ObjectFacts`.
  struct Facts: Codable {
    var key: String
    var size: Int64
    var etag: String
    var modified: Double?

    init(_ facts: ObjectFacts) {
      (key, size, etag, modified) = (facts.key, facts.size, facts.etag, facts.modifiedAt?.timeIntervalSince1970)
    }
    var facts: ObjectFacts {
      ObjectFacts(key: key, size: size, etag: etag, modifiedAt: modified.map { Date(timeIntervalSince1970: $0) })
    }
  }

  /// The longest line that is read: a page of a listing.
  static let longestLine = 4 << 20
  /// The most bytes of one `get` or `put`.
  static let longestBody: Int64 = 256 << 20

  static let absent = "absent"
}

/// Two ends of a pipe, read and written in order. Not for two threads at a time.
final class FolderPipe {
  private let input: Int32
  private let output: Int32
  private var buffer: [UInt8] = []
  private var start = 0
  /// Bytes of bodies that were taken out so far.
  private(set) var taken: Int64 = 0

  /// The other end is gone.
  struct Broken: Error {}

  init(input: Int32, output: Int32) {
    self.input = input
    self.output = output
  }

  func send(_ line: some Encodable) throws {
    var bytes = Array(try JSON.encode(line, compact: true))
    bytes.append(0x0A)
    try send(bytes)
  }

  func send(_ bytes: [UInt8]) throws {
    guard bytes.withUnsafeBytes({ Descriptor.writeAll($0, to: output) }) == nil else { throw Broken() }
  }

  /// The next line; nil at the end.
  func line() throws -> Data? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        defer { start = end + 1 }
        return Data(buffer[start..<end])
      }
      guard buffer.count - start <= FolderWire.longestLine else { throw Broken() }
      buffer.removeSubrange(0..<start)
      start = 0
      searched = buffer.count
      guard try fill() else {
        guard buffer.isEmpty else { throw Broken() }
        return nil
      }
    }
  }

  /// The next bytes, in pieces.
  func body(_ count: Int64, _ take: (ArraySlice<UInt8>) throws -> Void) throws {
    var left = count
    while left > 0 {
      if start == buffer.count {
        (buffer, start) = ([], 0)
        guard try fill() else { throw Broken() }
      }
      let piece = buffer[start..<min(buffer.count, start + Int(min(left, 1 << 30)))]
      start += piece.count
      taken += Int64(piece.count)
      left -= Int64(piece.count)
      try take(piece)
    }
  }

  /// The next bytes, whole.
  func body(_ count: Int64) throws -> [UInt8] {
    guard count >= 0, count <= FolderWire.longestBody else { throw Broken() }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(count))
    try body(count) { bytes += $0 }
    return bytes
  }

  private func fill() throws -> Bool {
    var piece = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      let count = read(input, &piece, piece.count)
      if count > 0 {
        buffer += piece[0..<count]
        return true
      }
      if count == 0 { return false }
      if errno != EINTR { throw Broken() }
    }
  }
}
