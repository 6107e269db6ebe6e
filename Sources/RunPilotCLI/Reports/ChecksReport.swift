import TerminalUI
import TrainingModel

/// What was checked and how it came out.
struct ChecksReport: Report {
  static let kind = "checks"

  /// Checks of one subject.
  struct Section: Encodable {
    let subject: String
    let checks: [CheckResult]

    /// The worst of its outcomes.
    var outcome: CheckResult.Outcome {
      let outcomes = checks.map(\.outcome)
      return outcomes.contains(.failed) ? .failed : outcomes.contains(.warning) ? .warning : .ok
    }
  }

  let sections: [Section]
  var ids: [String] { sections.map(\.subject) }

  func text(_ page: Page) -> String {
    sections.map { section in
      let width = section.checks.map { TextWidth.columns($0.name) }.max() ?? 0
      return page.painter.paint(Printable.line(section.subject), .bold) + "\n"
        + section.checks.map { check($0, nameColumns: width, page) }.joined()
    }.joined(separator: "\n")
  }

  private func check(_ check: CheckResult, nameColumns: Int, _ page: Page) -> String {
    let (mark, style): (String, Style) =
      switch check.outcome {
      case .ok: ("ok  ", .green)
      case .warning: ("warn", .yellow)
      case .failed: ("FAIL", .red)
      }
    let indent = 2 + 4 + 2 + nameColumns + 2
    let room = page.terminal.columns.map { max(20, $0 - indent) }
    let lines = Fitting.wrap(Printable.line(check.detail), columns: room)
    let margin = String(repeating: " ", count: indent)
    var text =
      "  \(page.painter.paint(mark, style))  \(Fitting.pad(Printable.line(check.name), to: nameColumns))  "
      + lines.joined(separator: "\n" + margin) + "\n"
    for hint in check.hints { text += margin + page.painter.paint("hint:", .cyan) + " " + Printable.line(hint) + "\n" }
    return text
  }
}
