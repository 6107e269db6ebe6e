import Basics
import Glibc
import HTTPTransport
import RunPilotTesting
import Synchronization
import Testing

@Suite("Bodies from and into files, over each transport")
struct TransportBodyTests {
  private let pattern = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

  @Test("a region of a file goes out as it is, and can go out again", arguments: TransportKind.allCases)
  func region(kind: TransportKind) async throws {
    let server = try await PythonServer(.unix)
    let transport = kind.make()
    let path = server.folder.path + "/data"
    try Files.writeAtomically(pattern, to: path)
    let file = try HTTPFile(opening: path)
    for (offset, length) in [(0, pattern.count), (1_000_001, 700_000), (pattern.count, 0), (2_999_999, 1)] {
      let body = HTTPBody.file(file, offset: Int64(offset), length: Int64(length))
      for _ in 0..<2 {
        let response = try await transport.send(HTTPRequest("PUT", server.unix, "/echo", body: body))
        #expect(try await response.body.collect() == Array(pattern[offset..<(offset + length)]))
      }
    }
  }

  @Test("a file that became shorter breaks the request off", arguments: TransportKind.allCases)
  func shorter(kind: TransportKind) async throws {
    let server = try await PythonServer(.unix)
    let path = server.folder.path + "/data"
    try Files.writeAtomically(pattern, to: path)
    let body = HTTPBody.file(try HTTPFile(opening: path), offset: 0, length: Int64(pattern.count + 1))
    #expect(await httpFailure { _ = try await kind.make().send(HTTPRequest("PUT", server.unix, "/echo", body: body)) } == .localFile)
  }

  @Test("an answer goes into a file at its place, and every byte is shown on the way", arguments: TransportKind.allCases)
  func download(kind: TransportKind) async throws {
    let server = try await PythonServer(.unix)
    let path = server.folder.path + "/out"
    let file = try HTTPFile(opening: path, O_RDWR | O_CREAT)
    let transport = kind.make()
    let shown = Mutex<(count: Int, sum: Int)>((0, 0))
    let response = try await transport.send(HTTPRequest("POST", server.unix, "/echo", body: .bytes(pattern)))
    let count = try await response.body.write(to: file, at: 10) { bytes in
      shown.withLock { shown in
        shown.count += bytes.count
        for byte in bytes { shown.sum = shown.sum &* 31 &+ Int(byte) }
      }
    }
    #expect(count == Int64(pattern.count))
    #expect(Array(try Files.read(path)) == Array(repeating: 0, count: 10) + pattern)
    #expect(shown.withLock { $0.count } == pattern.count)
    #expect(shown.withLock { $0.sum } == pattern.reduce(0) { $0 &* 31 &+ Int($1) })
    let empty = try await transport.send(HTTPRequest("POST", server.unix, "/echo", body: .bytes([])))
    #expect(try await empty.body.write(to: file) == 0)
  }

  @Test("a download that breaks off, or has nowhere to go, is an error", arguments: TransportKind.allCases)
  func broken(kind: TransportKind) async throws {
    let server = try await PythonServer(.unix)
    let transport = kind.make()
    let file = try HTTPFile(opening: server.folder.path + "/out", O_RDWR | O_CREAT)
    let half = try await transport.send(HTTPRequest("GET", server.unix, "/half"))
    #expect(await httpFailure { _ = try await half.body.write(to: file) } == .closed)
    let full = try HTTPFile(opening: "/dev/full", O_WRONLY)
    let big = try await transport.send(HTTPRequest("GET", server.unix, "/big"))
    #expect(await httpFailure { _ = try await big.body.write(to: full) } == .localFile)
  }

  @Test("cancelling ends a download into a file", arguments: TransportKind.allCases)
  func cancelled(kind: TransportKind) async throws {
    let server = try await PythonServer(.unix)
    let file = try HTTPFile(opening: server.folder.path + "/out", O_RDWR | O_CREAT)
    let response = try await kind.make().send(HTTPRequest("GET", server.unix, "/stall", patience: .untilItHappens))
    let writing = Task { try await response.body.write(to: file) }
    try await eventually { try Files.read(server.folder.path + "/out").count == 5 }
    writing.cancel()
    #expect(await httpFailure { _ = try await writing.value } == .cancelled)
  }

  @Test("a source that waits holds nobody up, and one that fails ends the request", arguments: TransportKind.allCases)
  func slowSource(kind: TransportKind) async throws {
    let server = try await PythonServer(.unix)
    let transport = kind.make()
    let (reader, writer) = try Self.pipe()
    let patience = HTTPPatience(firstByte: .seconds(30), idle: .milliseconds(300))
    let body = HTTPBody.stream(length: nil) {
      var byte: UInt8 = 0
      return read(reader, &byte, 1) == 1 ? [byte] : nil
    }
    let slow = Task { try await transport.send(HTTPRequest("POST", server.unix, "/echo", body: body, patience: patience)).body.collect() }
    for _ in 0..<20 {
      #expect(try await transport.send(HTTPRequest("GET", server.unix, "/target")).body.collect() == Array("/target".utf8))
    }
    // Longer than the other side may be idle: it is not the one that we wait for.
    try await Task.sleep(for: .milliseconds(600))
    #expect(write(writer, "abc", 3) == 3)
    close(writer)
    #expect(try await slow.value == Array("abc".utf8))
    close(reader)
    let failing = HTTPBody.stream(length: 9) { () throws(HTTPError) in throw HTTPError(.localFile, "the disk is gone", mayHaveArrived: true)
    }
    #expect(await httpFailure { _ = try await transport.send(HTTPRequest("PUT", server.unix, "/echo", body: failing)) } == .localFile)
    let long = HTTPBody.stream(length: 2) { [1, 2, 3] }
    #expect(await httpFailure { _ = try await transport.send(HTTPRequest("PUT", server.unix, "/echo", body: long)) } == .invalidRequest)
  }

  private static func pipe() throws -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw SystemError("make", "a pipe") }
    return (ends[0], ends[1])
  }
}
