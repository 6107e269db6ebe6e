import Basics
import CZlib
import Glibc

/// Unpacks a tar.gz with zlib alone, which a fully static program can hold: the code that an agent far away was sent.
public enum Tarball {
  /// Unpacks the archive at `path` into `folder`. Files, folders and links that stay inside; anything else is refused.
  /// - Throws: ``UnpackError``, or `SystemError` when the disk does not take it. What was unpacked before stays.
  public static func unpack(_ path: String, into folder: String) throws {
    let stream = try GzipStream(path)
    var unpacker = Unpacker(folder: folder)
    while let block = try stream.block(), let header = try TarHeader(block) { try unpacker.take(header, stream) }
    // The checksum of the whole stands behind the last byte: read on.
    while try stream.block() != nil {}
  }
}

/// What comes out of a gzip file.
private struct GzipStream: ~Copyable {
  private let file: gzFile
  private let path: String

  init(_ path: String) throws {
    guard let file = gzopen(path, "rb") else { throw SystemError("open", path) }
    self.file = file
    self.path = path
    gzbuffer(file, 1 << 18)
  }

  deinit { gzclose(file) }

  /// The next block; nil at the end.
  borrowing func block() throws -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: TarHeader.blockSize)
    let count = try bytes.withUnsafeMutableBytes { try read($0) }
    guard count > 0 else { return nil }
    guard count == bytes.count else { throw UnpackError("\(path) is cut off") }
    return bytes
  }

  /// Fills a buffer, less at the end.
  borrowing func read(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = gzread(file, buffer.baseAddress, UInt32(buffer.count))
    var code: Int32 = 0
    let words = gzerror(file, &code)
    guard count >= 0, code == Z_OK || code == Z_STREAM_END else {
      throw UnpackError("\(path) is damaged: \(words.map { String(cString: $0) } ?? "error \(code)")")
    }
    return Int(count)
  }

  /// A short content, whole.
  borrowing func content(_ size: Int64) throws -> [UInt8] {
    guard size <= 1 << 20 else { throw UnpackError("\(path) holds an extended header of \(size) bytes") }
    var bytes = [UInt8](repeating: 0, count: Int(TarHeader.padded(size)))
    let count = try bytes.withUnsafeMutableBytes { try read($0) }
    guard count == bytes.count else { throw UnpackError("\(path) is cut off") }
    return Array(bytes.prefix(Int(size)))
  }
}

/// Writes entries below a folder.
private struct Unpacker {
  let folder: String
  private var name: String?
  private var link: String?
  private var size: Int64?

  init(folder: String) { self.folder = folder }

  mutating func take(_ header: TarHeader, _ stream: borrowing GzipStream) throws {
    switch header.kind {
    case .global: _ = try stream.content(header.size)
    case .extended:
      let records = try TarHeader.records(try stream.content(header.size))
      name = records["path"] ?? name
      link = records["linkpath"] ?? link
      size = try records["size"].map { text in
        guard let size = Int64(text), size >= 0 else { throw UnpackError("an extended header is damaged") }
        return size
      }
    case .longName: name = TarHeader.text(try stream.content(header.size))
    case .longLink: link = TarHeader.text(try stream.content(header.size))
    case .file, .folder, .link, .other:
      try write(header, name ?? header.name, stream)
      (name, link, size) = (nil, nil, nil)
    }
  }

  private func write(_ header: TarHeader, _ name: String, _ stream: borrowing GzipStream) throws {
    let parts = name.split(separator: "/").filter { $0 != "." }
    guard !name.hasPrefix("/"), !parts.contains("..") else { throw UnpackError("'\(name)' would be written outside of the folder") }
    let path = folder + "/" + parts.joined(separator: "/")
    switch header.kind {
    case .folder: try Files.createFolder(path)
    case .link: try makeLink(parts.joined(separator: "/"), to: link ?? header.link, at: path)
    case .file: try writeFile(path, size ?? header.size, isExecutable: header.mode & 0o111 != 0, stream)
    default: throw UnpackError("'\(name)' is neither a file, a folder nor a link")
    }
  }

  private func makeLink(_ name: String, to target: String, at path: String) throws {
    let end = Paths.normalize(Paths.parent(of: name) + "/" + target)
    guard !target.isEmpty, !target.hasPrefix("/"), end != "..", !end.hasPrefix("../") else {
      throw UnpackError("'\(name)' is a link to '\(target)', outside of the folder")
    }
    try Files.createFolder(Paths.parent(of: path))
    unlink(path)
    guard symlink(target, path) == 0 else { throw SystemError("write", path) }
  }

  private func writeFile(_ path: String, _ size: Int64, isExecutable: Bool, _ stream: borrowing GzipStream) throws {
    guard size >= 0 else { throw UnpackError("\(path) has a negative size") }
    try Files.createFolder(Paths.parent(of: path))
    let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: isExecutable ? 0o755 : 0o644)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4_096)
    defer { buffer.deallocate() }
    var left = size
    var padding = TarHeader.padded(size) - size
    while left + padding > 0 {
      let wanted = min(Int64(buffer.count), left + padding)
      let count = try stream.read(UnsafeMutableRawBufferPointer(rebasing: buffer[0..<Int(wanted)]))
      guard count == Int(wanted) else { throw UnpackError("the archive is cut off in \(path)") }
      let content = min(left, wanted)
      if let code = Descriptor.writeAll(UnsafeRawBufferPointer(rebasing: buffer[0..<Int(content)]), to: file.raw) {
        throw SystemError("write", path, code: code)
      }
      left -= content
      padding -= wanted - content
    }
  }
}
