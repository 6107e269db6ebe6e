public import Basics
import Glibc
public import TerminalUI

/// A descriptor that text goes to, and what is known about its other end.
public struct OutputPort: Sendable {
  /// Where bytes go.
  public let descriptor: Int32
  /// What is known about the other end.
  public let facts: TerminalFacts
  private let name: String

  /// A port over an open descriptor; `name` is for messages.
  public init(descriptor: Int32, facts: TerminalFacts, name: String) {
    self.descriptor = descriptor
    self.facts = facts
    self.name = name
  }

  /// Writes all of it.
  /// - Throws: ``SystemError``, with `EPIPE` when the reader has gone.
  public func write(_ text: String) throws(SystemError) {
    var text = text
    let failure: Int32? = text.withUTF8 { Descriptor.writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
    if let failure { throw SystemError("write", name, code: failure) }
  }

  /// Writes a line to people; that nobody reads it is no reason to stop.
  public func say(_ line: String) { try? write(line + "\n") }

  /// Colours text when colours are wanted here.
  var painter: Painter { Painter(facts) }
}

extension World {
  /// Says what somebody should know about a run and would not guess.
  func say(notes: [String]) {
    for note in notes { errors.say("note: " + Printable.line(note)) }
  }
}
