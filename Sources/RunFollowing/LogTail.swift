public import Basics
import Glibc

/// Finds where the last lines of a log begin.
public enum LogTail {
  private static let block = 1 << 16

  /// The byte offset at which the last `lines` lines begin; an unfinished last line counts as one. 0 for a missing file.
  public static func offset(of path: String, lines: Int) throws(SystemError) -> Int64 {
    guard Files.exists(path) else { return 0 }
    let file = try Descriptor.open(path, O_RDONLY)
    let size = Int64(lseek(file.raw, 0, SEEK_END))
    guard lines > 0 else { return size }
    var buffer = [UInt8](repeating: 0, count: block)
    var wanted = lines
    var end = size
    while end > 0 {
      let start = max(0, end - Int64(block))
      let count = buffer.withUnsafeMutableBytes { pread(file.raw, $0.baseAddress, Int(end - start), off_t(start)) }
      guard count == Int(end - start) else { throw SystemError("read", path) }
      for index in stride(from: count - 1, through: 0, by: -1) where buffer[index] == 0x0A && start + Int64(index) != size - 1 {
        wanted -= 1
        if wanted == 0 { return start + Int64(index) + 1 }
      }
      end = start
    }
    return 0
  }

  /// Copies what the log holds now from `offset` on to a descriptor. A reader that goes away ends it quietly.
  public static func copy(_ path: String, from offset: Int64, to output: Int32) throws(SystemError) {
    var copier = LogCopier(path: path, output: output, offset: offset)
    defer { copier.close() }
    try copier.copyAvailable()
  }
}
