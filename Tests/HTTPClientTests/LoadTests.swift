import Basics
import HTTPClient
import HTTPTransport
import RunPilotTesting
import Testing

@Suite("The client under load")
struct LoadTests {
  @Test("ten thousand requests use few connections and leave no descriptor behind")
  func many() async throws {
    let server = try await PythonServer(.tcp)
    await #expect(processExitsWith: .success) { [port = server.port as UInt16, folder = server.folder.path as String] in
      try await LoadProcess(folder).tenThousand(.http(host: "127.0.0.1", port: port))
    }
    explain(server.folder)
  }

  @Test("a gigabyte comes in and goes out in less than 64 MiB of memory")
  func constantMemory() async throws {
    let server = try await PythonServer(.tcp)
    await #expect(processExitsWith: .success) {
      [port = server.port as UInt16, folder = server.folder.path as String] in
      try await LoadProcess(folder).gigabyte(.http(host: "127.0.0.1", port: port))
    }
    explain(server.folder)
  }

  @Test("what nobody reads holds its connection only, not the others")
  func unread() async throws {
    let server = try await PythonServer(.tcp)
    let client = HTTPClient(environment: [:])
    let unread = try await client.send(HTTPRequest("GET", server.http, "/big"))
    for _ in 0..<50 { _ = try await client.send(HTTPRequest("GET", server.http, "/target")).body.collect() }
    #expect(!Files.exists(server.folder.path + "/all-sent"))
    #expect(try await unread.body.collect(limit: 20 << 20).count == 20 << 20)
  }

  @Test("so many exchanges go on at once; the next one's turn comes when one ends, however it ends")
  func turns() async throws {
    let server = try await PythonServer(.tcp)
    var options = HTTPClient.Options()
    options.exchangesPerOrigin = 2
    let client = HTTPClient(options, environment: [:])
    let stalled = [
      try await client.send(HTTPRequest("GET", server.http, "/stall", patience: .untilItHappens)),
      try await client.send(HTTPRequest("GET", server.http, "/stall", patience: .untilItHappens)),
    ]
    let origin = server.http
    // Its patience begins with its turn.
    let waiting = Task {
      try await client.send(HTTPRequest("GET", origin, "/target", patience: HTTPPatience(whole: .seconds(20)))).body.collect()
    }
    let given = Task { try await client.send(HTTPRequest("GET", origin, "/target")).body.collect() }
    try await Task.sleep(for: .milliseconds(200))
    given.cancel()
    #expect(await httpFailure { _ = try await given.value } == .cancelled)
    stalled[0].body.cancel()
    #expect(try await waiting.value == Array("/target".utf8))
    stalled[1].body.cancel()
  }

  @Test("a client that nobody holds any more still ends what it has begun")
  func letGo() async throws {
    let server = try await PythonServer(.tcp)
    let response = try await HTTPClient(environment: [:]).send(HTTPRequest("GET", server.http, "/big"))
    #expect(try await response.body.collect(limit: 20 << 20).count == 20 << 20)
  }

  /// Says which check ended the process.
  private func explain(_ folder: TemporaryFolder) {
    if let complaint = try? Files.readText(folder.path + "/complaint") { Issue.record("\(complaint)") }
  }
}
