import Basics
import Glibc
import RunAgent
import RunPilotTesting
import Synchronization
import Testing

/// With programs and a kernel of our own: these tests run where nobody wants to be shut down.
@Suite("The machine's own end")
struct ShutdownTests {
  private static func end(_ programs: [[String]], _ folder: TemporaryFolder, kernel: @escaping @Sendable () -> Void) -> Shutdown {
    Shutdown(programs: programs, environment: ["PATH": "\(folder.path):/usr/bin:/bin"], powerOff: kernel, log: { _ in })
  }

  @Test("The first program that is willing ends the machine; the kernel is asked when it is still there")
  func order() throws {
    let folder = try TemporaryFolder()
    try folder.write("unwilling", "#!/bin/sh\necho unwilling >> \(folder.path)/asked; exit 1\n")
    try folder.write("willing", "#!/bin/sh\necho willing $* >> \(folder.path)/asked\n")
    for name in ["unwilling", "willing"] { #expect(chmod(folder.path + "/" + name, 0o755) == 0) }
    let kernel = Mutex(0)
    let end = Self.end([["missing"], ["unwilling"], ["willing", "-h", "now"], ["unwilling"]], folder) { kernel.withLock { $0 += 1 } }
    end.end()
    #expect(try Files.readText(folder.path + "/asked") == "unwilling\nwilling -h now\n")
    #expect(kernel.withLock { $0 } == 0)
    end.end()
    #expect(kernel.withLock { $0 } == 1)
  }

  @Test("Without any program the kernel is asked at once")
  func noProgram() throws {
    let kernel = Mutex(0)
    Self.end([["missing"]], try TemporaryFolder()) { kernel.withLock { $0 += 1 } }.end()
    #expect(kernel.withLock { $0 } == 1)
  }
}
