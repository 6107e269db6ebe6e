/// Ends the machine that the agent runs on, and only that: the one end that needs no permit.
public protocol MachineEnd: Sendable {
  /// Asks for the end, and returns when it was asked for. May be called again, from any thread, when nothing has come of it.
  func end()
}
