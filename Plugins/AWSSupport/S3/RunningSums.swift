import Cryptography
import Synchronization

/// The sums of bytes as they pass.
///
/// Unchecked, because a body gives its pieces one after the other, and `finish` is called when it has ended: there is nothing to lock.
final class RunningSums: @unchecked Sendable {
  enum Kind: Sendable { case crc32, sha256, md5 }

  private var crc: CRC32?
  private var sha: SHA256?
  private let md5: MD5?
  private let counter = Counter()

  /// How many bytes there were; may be asked at any time.
  var count: Int64 { counter.value }

  init(_ kinds: Set<Kind>) {
    crc = kinds.contains(.crc32) ? CRC32() : nil
    sha = kinds.contains(.sha256) ? SHA256() : nil
    md5 = kinds.contains(.md5) ? MD5() : nil
  }

  func update(_ bytes: UnsafeRawBufferPointer) {
    crc?.update(bytes)
    sha?.update(bytes)
    md5?.update(bytes)
    counter.add(Int64(bytes.count))
  }

  /// The sums of all bytes; nothing may be added afterwards.
  func finish() -> ObjectSums { ObjectSums(crc: crc, sha256: sha.take()?.finish(), md5: md5?.finish()) }
}

/// Sums of an object, or of a piece of it.
struct ObjectSums: Sendable {
  let crc: CRC32?
  let sha256: [UInt8]?
  let md5: [UInt8]?

  /// A sum that this machine cannot compute is no objection.
  func agree(with proof: ObjectProof) -> Bool {
    switch proof {
    case .crc32(let sum): crc.map { $0.bytes == sum } ?? true
    case .sha256(let sum): sha256.map { $0 == sum } ?? true
    case .md5(let sum): md5.map { $0 == sum } ?? true
    }
  }
}

extension ObjectProof {
  var kind: RunningSums.Kind {
    switch self {
    case .crc32: .crc32
    case .sha256: .sha256
    case .md5: .md5
    }
  }
}

/// A number that several threads add to.
final class Counter: Sendable {
  private let sum = Atomic<Int64>(0)
  var value: Int64 { sum.load(ordering: .relaxed) }
  func add(_ count: Int64) { sum.add(count, ordering: .relaxed) }
}
