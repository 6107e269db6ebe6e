import Basics
import CSupport
import Glibc

/// The pipes between host and plugin, and one that wakes the host's thread. All ends of the host are closed with this value.
final class PluginPipes: Sendable {
  /// The host's ends.
  let input: Int32
  let output: Int32
  let errors: Int32
  let wakeReader: Int32
  let wakeWriter: Int32
  /// The plugin's ends, until it has them.
  let pluginInput: Int32
  let pluginOutput: Int32
  let pluginErrors: Int32

  init() throws(SystemError) {
    var made: [Int32] = []
    for _ in 0..<4 {
      var ends: [Int32] = [-1, -1]
      guard rp_pipe_cloexec(&ends) == 0 else {
        let failure = SystemError("make", "a pipe")
        for end in made { close(end) }
        throw failure
      }
      made += ends
    }
    (pluginInput, input) = (made[0], made[1])
    (output, pluginOutput) = (made[2], made[3])
    (errors, pluginErrors) = (made[4], made[5])
    (wakeReader, wakeWriter) = (made[6], made[7])
    for end in [input, output, errors, wakeReader, wakeWriter] { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
  }

  /// The plugin has its ends: the host lets go of them, so that its end is theirs.
  func handedOver() { for end in [pluginInput, pluginOutput, pluginErrors] { close(end) } }

  /// Wakes the host's thread.
  func wake() {
    var byte: UInt8 = 1
    _ = write(wakeWriter, &byte, 1)
  }

  deinit { for end in [output, errors, wakeReader, wakeWriter] { close(end) } }
}
