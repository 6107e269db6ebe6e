/// A line that changes in place on a terminal, and plain lines at intervals elsewhere. Says what to write; writes nothing.
public struct ProgressLine: Sendable {
  private let terminal: TerminalFacts
  private var lastTime: Double?
  private var lastText = ""
  private var isShown = false

  /// Nothing shown yet.
  public init(_ terminal: TerminalFacts) { self.terminal = terminal }

  /// What to write so that `text` is the line now; empty when it is too early for another one.
  /// - Parameter seconds: the time by any clock that does not go back.
  public mutating func show(_ text: String, at seconds: Double) -> String {
    let text = Printable.line(text)
    let interval = terminal.isTerminal ? 0.1 : 10
    if text == lastText { return "" }
    if let lastTime, seconds - lastTime < interval { return "" }
    lastTime = seconds
    lastText = text
    guard terminal.isTerminal else { return text + "\n" }
    isShown = true
    // One column stays free: a terminal that wraps at the last one could not go back to the line's beginning.
    return "\r\u{1B}[K" + Fitting.truncate(text, to: (terminal.columns ?? 80) - 1, unicode: terminal.usesUnicode)
  }

  /// What to write before anything else is written.
  public mutating func clear() -> String {
    lastText = ""
    lastTime = nil
    guard isShown else { return "" }
    isShown = false
    return "\r\u{1B}[K"
  }

  /// A bar such as `━━━━━─────  50%`.
  public static func bar(_ fraction: Double, columns: Int, unicode: Bool) -> String {
    let fraction = min(1, max(0, fraction.isFinite ? fraction : 0))
    let done = Int((fraction * Double(columns)).rounded(.down))
    let bar = String(repeating: unicode ? "━" : "#", count: done) + String(repeating: unicode ? "─" : ".", count: columns - done)
    return bar + " " + Fitting.pad("\(Int(fraction * 100))%", to: 4, alignRight: true)
  }
}
