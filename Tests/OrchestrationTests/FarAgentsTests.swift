import Basics
import Glibc
import Testing

@testable import Orchestration

@Suite("Agents for machines far away")
struct FarAgentsTests {
  /// A header of an executable with one program header of a type.
  private func header(machine: UInt8, type: UInt8) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 128)
    bytes.replaceSubrange(0..<6, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
    bytes[18] = machine
    bytes[32] = 64
    bytes[54] = 56
    bytes[56] = 1
    bytes[64] = type
    return bytes
  }

  @Test("A static executable tells its architecture")
  func architecture() throws {
    #expect(try StaticExecutable.of(header(machine: 0x3E, type: 1)).architecture == "x86_64")
    #expect(try StaticExecutable.of(header(machine: 0xB7, type: 1)).architecture == "aarch64")
  }

  @Test("What needs a loader, is of another machine, is cut off or is a script is none")
  func others() {
    let header = header(machine: 0x3E, type: 3)
    for bytes in [header, self.header(machine: 0x28, type: 1), Array(header.prefix(40)), Array("#!/bin/sh\n".utf8), []] {
      #expect(throws: StaticExecutable.NotOne.self) { try StaticExecutable.of(bytes) }
    }
    // The shell of every machine that has one is linked dynamically, or it is no ELF-64 of ours.
    #expect(throws: (any Error).self) { try StaticExecutable("/bin/bash") }
  }

  @Test("Without one, the error says how to get one")
  func none() {
    let agents = FarAgents(environment: [:], program: "/nowhere/bin/runpilot")
    #expect(agents.all().isEmpty)
    #expect(throws: NoFarAgent(architecture: "aarch64")) { try agents.path("aarch64") }
  }
}
