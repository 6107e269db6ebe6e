/// Something did not come true in time.
public struct NeverHappened: Error, CustomStringConvertible {
  /// Where it was waited for.
  public let description: String
}

/// Waits until `condition` holds. Generous by default: a loaded machine is slow, and a passing test does not wait.
public func eventually(
  within limit: Duration = .seconds(90), file: StaticString = #fileID, line: UInt = #line, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(5))
  }
  throw NeverHappened(description: "still not so after \(limit) at \(file):\(line)")
}
