/// Gathers findings while reading goes on, so that one look at a file reports all its errors.
///
/// Used within one synchronous reading; whatever was read is thrown away when a finding is there.
public final class DiagnosticCollector {
  /// What was found so far, in the order of finding.
  public private(set) var found: [SourceDiagnostic] = []

  /// Nothing found yet.
  public init() {}

  /// Notes a finding.
  public func add(_ diagnostic: SourceDiagnostic) { found.append(diagnostic) }

  /// Runs `body`; its error becomes a finding and the result nil.
  public func attempt<Value>(_ body: () throws(SourceDiagnostic) -> Value) -> Value? {
    do {
      return try body()
    } catch {
      add(error)
      return nil
    }
  }

  /// Ends the reading.
  /// - Throws: every finding, by file and place, when there is any.
  public func finish() throws(SourceDiagnostics) {
    guard !found.isEmpty else { return }
    let sorted = found.enumerated().sorted { left, right in
      guard left.element.file == right.element.file else { return left.offset < right.offset }
      let places = (left.element.position ?? .start, right.element.position ?? .start)
      return places.0 == places.1 ? left.offset < right.offset : places.0 < places.1
    }
    throw SourceDiagnostics(sorted.map(\.element))
  }
}
