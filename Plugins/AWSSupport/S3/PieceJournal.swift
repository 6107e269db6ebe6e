import Basics
import Cryptography
import HTTPTransport

/// Which pieces of a large object a partial file holds. A piece's slot has its CRC-32, and is written after its bytes.
struct PieceJournal: Sendable {
  private let partial: PartialFile
  private let start: Int64
  /// Says of which bytes, cut how, this is the journal.
  private let identity: [UInt8]
  private static let mark = Array("RPT1".utf8)

  /// - Parameter version: what tells these bytes from all others: the object's address and its tag.
  init(_ partial: PartialFile, version: String, size: Int64, pieceSize: Int64) {
    self.partial = partial
    start = size
    identity = SHA256.digest(of: "runpilot partial file 1\n\(version)\n\(size)\n\(pieceSize)".utf8)
  }

  /// The pieces that an earlier attempt left and that are as it left them, by number. Anything else that is in the file is dropped.
  ///
  /// Reads every such piece; on a thread that may wait.
  /// - Throws: ``HTTPError`` of kind `localFile`.
  func open(_ pieces: [UploadPart], _ kinds: Set<RunningSums.Kind>) throws(HTTPError) -> [Int: ObjectSums] {
    guard try read(at: start, identity.count) == identity else {
      do throws(SystemError) { try partial.empty() } catch { throw HTTPError(.localFile, error.message, mayHaveArrived: false) }
      try write(identity, at: start)
      return [:]
    }
    var kept: [Int: ObjectSums] = [:]
    for piece in pieces {
      let slot = try read(at: place(piece), 8)
      guard slot.count == 8, Array(slot.prefix(4)) == Self.mark else { continue }
      let sums = try summed(piece, kinds.union([.crc32]))
      guard sums.crc?.bytes == Array(slot.suffix(4)) else { continue }
      kept[piece.number] = sums
      partial.holdsPiece()
    }
    return kept
  }

  /// Says that a piece is there.
  func note(_ piece: UploadPart, _ crc: CRC32) throws(HTTPError) {
    try write(Self.mark + crc.bytes, at: place(piece))
    partial.holdsPiece()
  }

  private func place(_ piece: UploadPart) -> Int64 { start + Int64(identity.count) + Int64(piece.number - 1) * 8 }

  private func summed(_ piece: UploadPart, _ kinds: Set<RunningSums.Kind>) throws(HTTPError) -> ObjectSums {
    let sums = RunningSums(kinds)
    var done: Int64 = 0
    while done < piece.length {
      let bytes = try read(at: piece.offset + done, Int(min(256 << 10, piece.length - done)))
      if bytes.isEmpty { break }
      bytes.withUnsafeBytes { sums.update($0) }
      done += Int64(bytes.count)
    }
    return sums.finish()
  }

  private func read(at offset: Int64, _ count: Int) throws(HTTPError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let result = bytes.withUnsafeMutableBytes { buffer in Result { () throws(HTTPError) in try partial.file.read(into: buffer, at: offset) }
    }
    bytes.removeLast(count - (try result.get()))
    return bytes
  }

  private func write(_ bytes: [UInt8], at offset: Int64) throws(HTTPError) {
    try bytes.withUnsafeBytes { buffer in Result { () throws(HTTPError) in try partial.file.write(buffer, at: offset) } }.get()
  }
}
