import Basics
import FoundationEssentials
import Glibc
import HTTPTransport
import RunPilotTesting

@testable import AWSSupport

/// Surroundings made of dictionaries; what nobody prepared fails.
struct FakeWorld {
  var environment: [String: String] = ["HOME": "/home/u"]
  var files: [String: String] = [:]
  var programs: @Sendable ([String]) async throws(AWSConfigurationError) -> [UInt8] = { arguments throws(AWSConfigurationError) in
    throw AWSConfigurationError("no program \(arguments)")
  }
  var transport = AnsweringTransport()
  var now: @Sendable () -> Date = { Date(timeIntervalSince1970: 1_800_000_000) }

  var surroundings: AWSSurroundings {
    let files = files
    return AWSSurroundings(
      environment: environment,
      readFile: { path throws(SystemError) in
        guard let text = files[path] else { throw SystemError("read", path, code: ENOENT) }
        return Data(text.utf8)
      }, now: now, transport: transport, runProgram: programs)
  }

  func shared() throws -> SharedConfiguration { try SharedConfiguration.load(surroundings) }
}
