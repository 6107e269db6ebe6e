import Basics
import CSupport
import Glibc
import ProviderKit
import Subprocessing

/// The way onto machines: OpenSSH, with a key of this home's own.
struct MachineShell: Sendable {
  /// Where the key is, and what the machines' own keys are remembered in.
  let folder: String
  let environment: [String: String]

  private var key: String { folder + "/machines" }

  /// The public half of the key, which is made when there is none yet.
  func publicKey() async throws(ProviderError) -> String {
    do {
      if !Files.exists(key + ".pub") {
        try Files.createFolder(folder, mode: 0o700)
        let draft = "\(key).\(getpid())"
        let made = try await Command(
          ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "runpilot", "-f", draft], environment: environment
        ).run()
        guard made.end.isSuccess else { throw ProviderError(.invalidRequest, "no key could be made for machines: \(made.errorText)") }
        // The private half first: where the other is, both are.
        try Files.rename(draft, to: key)
        try Files.rename(draft + ".pub", to: key + ".pub")
      }
      return try Files.readText(key + ".pub").trimmed()
    } catch let error as ProviderError {
      throw error
    } catch {
      throw ProviderError(
        .invalidRequest, "no key could be made for machines: \((error as? any Hinted)?.message ?? "\(error)")",
        hints: ["install OpenSSH: `apt install openssh-client`"])
    }
  }

  /// Runs a script on a machine as root, and forgets about it when it has ended.
  /// - Parameter name: the machine's own, for its key: addresses are used again.
  /// - Returns: false when the machine could not be reached.
  /// - Throws: what the script ended with.
  func run(_ script: String, on door: (host: String, port: UInt16), user: String, name: String) async throws(ProviderError) -> Bool {
    let words = [
      "ssh", "-F", "none", "-i", key, "-p", "\(door.port)", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10",
      "-o",
      "StrictHostKeyChecking=accept-new", "-o", "UserKnownHostsFile=\(folder)/known_hosts.\(name)", "-o", "LogLevel=ERROR",
      "\(user)@\(door.host)", "if [ \"$(id -u)\" = 0 ]; then exec sh -s; else exec sudo -n sh -s; fi",
    ]
    let outcome: Command.Outcome
    do {
      outcome = try await hand(script, to: words)
    } catch {
      throw ProviderError(
        .invalidRequest, "ssh could not be started: \((error as? any Hinted)?.message ?? "\(error)")",
        hints: ["install OpenSSH: `apt install openssh-client`"])
    }
    if outcome.end.isSuccess { return true }
    // 255 is OpenSSH's own: whatever it is, the machine may only not be ready yet.
    if case .exited(255) = outcome.end { return false }
    if outcome.wasCut { return false }
    throw ProviderError(.vendorFault, "the machine \(name) did not run its script: \(outcome.errorText)")
  }

  /// The script goes through a pipe, which holds more than the longest of them: never an argument, never a file.
  private func hand(_ script: String, to words: [String]) async throws -> Command.Outcome {
    var ends: [Int32] = [-1, -1]
    guard rp_pipe_cloexec(&ends) == 0 else { throw SystemError("make", "a pipe") }
    defer { close(ends[0]) }
    let written = Array(script.utf8).withUnsafeBytes { Descriptor.writeAll($0, to: ends[1]) }
    close(ends[1])
    guard written == nil else { throw SystemError("write into", "a pipe") }
    var command = Command(words, environment: environment, deadline: .seconds(60))
    command.request.descriptors[0] = ends[0]
    return try await command.run()
  }
}
