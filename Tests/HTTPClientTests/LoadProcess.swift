import Basics
import Glibc
import HTTPClient
import HTTPTransport
import RunPilotTesting
import Synchronization

/// What is measured in a process of its own, where no other test adds to memory and descriptors. A failed check ends that process, with a
/// complaint in the folder.
struct LoadProcess: Sendable {
  private let folder: String

  init(_ folder: String) { self.folder = folder }

  func tenThousand(_ origin: HTTPOrigin) async throws {
    let before = try openDescriptors()
    try await tenThousand(origin, before: before)
    // The client is gone. What loading the library opened for good is not its own.
    try await eventually { try openDescriptors() <= before + 2 }
  }

  private func tenThousand(_ origin: HTTPOrigin, before: Int) async throws {
    var options = HTTPClient.Options()
    options.exchangesPerOrigin = 16
    let client = HTTPClient(options, environment: [:])
    let connections = try await withThrowingTaskGroup { group in
      for index in 0..<10_000 {
        group.addTask {
          let response = try await client.send(HTTPRequest("GET", origin, "/target?\(index)"))
          let body = try await response.body.collect()
          check(body == Array("/target?\(index)".utf8), "a body of \(body.count) bytes for request \(index)")
          return response.head.headers["X-Connection"] ?? "none"
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    check(connections.count <= 16, "\(connections.count) connections")
    let open = try openDescriptors()
    check(open <= before + 24, "\(open - before) descriptors")
  }

  func gigabyte(_ origin: HTTPOrigin) async throws {
    let client = HTTPClient(environment: [:])
    let path = folder + "/gigabyte"
    let file = try HTTPFile(opening: path, O_RDWR | O_CREAT)
    let before = memory("VmRSS:")
    try writeInPlace("5", to: "/proc/self/clear_refs")
    let written = try await client.send(HTTPRequest("GET", origin, "/gush?1024")).body.write(to: file)
    check(written == 1 << 30, "\(written) bytes came")
    let whole = HTTPBody.file(file, offset: 0, length: written)
    let sum = try await client.send(HTTPRequest("PUT", origin, "/sink", body: whole)).body.collect()
    let source = Mebibytes(1_024)
    let stream = HTTPBody.stream(length: 1 << 30) { source.next() }
    let other = try await client.send(HTTPRequest("PUT", origin, "/sink", body: stream)).body.collect()
    check(!sum.isEmpty && other == sum, "\(sum) is not \(other)")
    let response = try await client.send(HTTPRequest("GET", origin, "/gush?256"))
    var count = 0
    while let piece = try await response.body.next() { count += piece.count }
    check(count == 256 << 20, "\(count) bytes came")
    let grown = memory("VmHWM:") - before
    check(grown < 64 << 20, "\(grown >> 20) MiB")
    try Files.remove(path)
  }

  /// The same pieces as the server's.
  private final class Mebibytes: Sendable {
    private let given = Atomic(0)
    private let count: Int
    init(_ count: Int) { self.count = count }

    func next() -> [UInt8]? {
      let index = given.add(1, ordering: .relaxed).oldValue
      return index < count ? [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 1 << 20) : nil
    }
  }

  private func check(_ isRight: Bool, _ complaint: @autoclosure () -> String) {
    if isRight { return }
    try? Files.writeAtomically(Array(complaint().utf8), to: folder + "/complaint")
    exit(1)
  }

  private func openDescriptors() throws -> Int { try Files.names(in: "/proc/self/fd").count }

  private func memory(_ name: String) -> Int {
    let lines = ((try? Files.readText("/proc/self/status")) ?? "").split(separator: "\n")
    let words = lines.first { $0.hasPrefix(name) }?.split { $0 == " " || $0 == "\t" } ?? []
    return words.count > 1 ? (Int(words[1]) ?? 0) << 10 : 0
  }

  private func writeInPlace(_ text: String, to path: String) throws {
    let descriptor = try Descriptor.open(path, O_WRONLY)
    try descriptor.writeAll(Array(text.utf8), name: path)
  }
}
