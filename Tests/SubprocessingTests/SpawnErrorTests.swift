import Basics
import FoundationEssentials
import Glibc
import Subprocessing
import Testing

@Suite("Processes that cannot be started")
struct SpawnErrorTests {
  private func failure(_ arguments: [String], folder: String? = nil, environment: [String: String] = plainEnvironment) throws -> SpawnError
  {
    try #require(throws: SpawnError.self) {
      _ = try Child.spawn(SpawnRequest(arguments, environment: environment, workingFolder: folder))
    }
  }

  @Test("A program that PATH does not have: the error shows the PATH")
  func missingProgram() throws {
    let error = try failure(["no-such-program-x"], environment: ["PATH": "/usr/bin:/bin"])
    #expect(error.kind == .programNotFound)
    #expect(error.message == "no program 'no-such-program-x' in PATH (/usr/bin:/bin)")
    #expect(error.exitCode == .configuration)
  }

  @Test("A file in the working folder is not a program in PATH: the hint says how to write it")
  func fileBeside() async throws {
    try await withTemporaryFolder { folder in
      try Files.writeAtomically(Data("#!/bin/sh\n".utf8), to: folder + "/train.sh", mode: 0o755)
      #expect(try failure(["train.sh"], folder: folder).hints == ["there is a file of that name in \(folder): write `./train.sh`"])
      let child = try Child.spawn(SpawnRequest(["./train.sh"], environment: plainEnvironment, workingFolder: folder))
      #expect(await child.wait() == .exited(0))
    }
  }

  @Test("A script without the executable bit, without an interpreter, with one that is missing, with Windows line ends")
  func scripts() async throws {
    try await withTemporaryFolder { folder in
      let script = folder + "/job"
      let cases: [(text: String, mode: mode_t, kind: SpawnError.Kind, says: String)] = [
        ("#!/bin/sh\n", 0o644, .notExecutable, "\(script) is not executable"),
        ("echo\n", 0o755, .notAProgram, "\(script) is no program for this machine"),
        ("#!/no/such -x\n", 0o755, .programNotFound, "\(script) asks in its first line for the interpreter '/no/such'"),
        ("#!/bin/sh\r\n", 0o755, .programNotFound, "interpreter '/bin/sh\r'"),
      ]
      for item in cases {
        try Files.remove(script)
        try Files.writeAtomically(Data(item.text.utf8), to: script, mode: item.mode)
        let error = try failure([script])
        #expect(error.kind == item.kind)
        #expect(error.message.contains(item.says), "\(error.message)")
        #expect(!error.hints.isEmpty)
      }
    }
  }

  @Test("A folder as program, a working folder that is missing or a file")
  func folders() throws {
    #expect(try failure(["/usr"]).message == "/usr is a folder, not a program")
    #expect(try failure(["true"], folder: "/no/such").kind == .workingFolder)
    #expect(try failure(["true"], folder: "/etc/passwd").message == "cannot run in /etc/passwd: it is no folder")
  }

  @Test("Arguments longer than the kernel takes: the error says how long they were, and not what they were")
  func tooLong() throws {
    let error = try failure(["true", String(repeating: "x", count: 3 << 20)])
    #expect(error.kind == .tooLong)
    #expect(error.message.hasPrefix("the command line (3 MiB) and the environment"))
    #expect(error.message.count < 200)
  }

  @Test("A value with a zero byte is refused, not cut")
  func zeroByte() throws {
    let error = try failure(["true"], environment: ["PATH": "/bin:/usr/bin", "KEY": "s3cret\0rest"])
    #expect(error.message.contains("'KEY' holds a zero byte"))
    #expect(!error.message.contains("s3cret"))
  }
}
