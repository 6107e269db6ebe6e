import Basics
import CCurl
import HTTPTransport
import Synchronization

/// The way from any thread to the one that runs the transfers.
final class CurlEngine: Sendable {
  /// What the thread is asked to do.
  enum Command: Sendable {
    case add(Exchange)
    case cancel(Exchange)
    /// There is room for more of the answer.
    case receive(Exchange)
    /// There is more of the request.
    case send(Exchange)
    /// No further exchange will come: end with the last.
    case end
  }

  private struct State {
    var commands: [Command] = []
    /// The address of the CURLM, as long as it may be woken.
    var multi: UInt?
    var isRunning = false
    var isOver = false
  }

  let settings: CurlSettings
  private let state = Mutex(State())

  init(_ settings: CurlSettings) { self.settings = settings }

  /// From any thread; never waits.
  func submit(_ command: Command) {
    let startsThread = state.withLock { state -> Bool in
      guard !state.isOver else { return false }
      if case .end = command, !state.isRunning {
        state.isOver = true
        return false
      }
      state.commands.append(command)
      if state.commands.count == 1, let multi = state.multi { _ = rp_curl_multi_wakeup(UnsafeMutableRawPointer(bitPattern: multi)) }
      defer { state.isRunning = true }
      return !state.isRunning
    }
    guard startsThread else { return }
    do throws(SystemError) { try BackgroundThread.start { CurlLoop(self).run() } } catch {
      stop(HTTPError(.unreachable, error.message, mayHaveArrived: false))
    }
  }

  /// What has been asked for since the last call.
  func take() -> [Command] {
    state.withLock { state in
      defer { state.commands = [] }
      return state.commands
    }
  }

  /// From now on a command wakes the thread.
  func opened(_ multi: UnsafeMutableRawPointer) { state.withLock { $0.multi = UInt(bitPattern: multi) } }

  /// The thread ends after the last exchange: nobody wakes it any more.
  func closed() {
    state.withLock { state in
      state.multi = nil
      state.isOver = true
    }
  }

  /// The thread cannot begin: what has been asked for fails, and the next exchange tries anew.
  func stop(_ error: HTTPError) {
    let commands = state.withLock { state in
      defer { state.commands = [] }
      state.isRunning = false
      return state.commands
    }
    for case .add(let exchange) in commands { exchange.finish(.failure(error)) }
  }
}
