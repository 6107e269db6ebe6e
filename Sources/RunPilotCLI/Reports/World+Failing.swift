import Basics
import CommandLineKit
import FoundationEssentials
import TerminalUI

extension World {
  /// Tells of an error on standard error, as text or as one JSON object.
  func report(_ error: any Error, asJSON: Bool) -> ExitStatus {
    if Failure.isClosedOutput(error) { return .ok }
    let failure = Failure(error)
    if asJSON, let json = try? JSON.encode(failure) {
      try? errors.write(String(decoding: json, as: UTF8.self))
    } else {
      let painter = errors.painter
      // Messages may hold several lines (a file's line with a caret); each is made harmless on its own.
      errors.say(painter.paint("runpilot:", .red) + " " + Printable.lines(failure.message))
      for hint in failure.hints { errors.say("  " + painter.paint("hint:", .cyan) + " " + Printable.line(hint)) }
    }
    return ExitStatus(failure.exitCode)
  }
}
