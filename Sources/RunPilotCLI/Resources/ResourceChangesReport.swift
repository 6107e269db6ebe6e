import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// What became of each resource that was named.
struct ResourceChangesReport: Report {
  static let kind = "resource-changes"
  let changes: [ResourceChange]
  var ids: [String] { changes.filter { $0.error == nil }.map(\.id) }

  private enum CodingKeys: CodingKey { case changes }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(changes, forKey: .changes)
  }

  func text(_ page: Page) -> String {
    changes.map { change in
      "\(page.painter.paint(change.id, .bold)) \(change.error.map { page.painter.paint("failed: ", .red) + $0 } ?? change.outcome)\n"
    }.joined()
  }

  /// 3 when something was not done.
  var status: ExitStatus { changes.contains { $0.error != nil } ? ExitStatus(.partial) : .ok }
}
