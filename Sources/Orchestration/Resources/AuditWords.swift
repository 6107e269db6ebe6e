import Basics
import FoundationEssentials
import ResourceTracking
import TrainingModel

/// What an event of the ledger says, as the rest of a sentence that begins with who did it.
struct AuditWords {
  private let rows: [IntentID: LedgerRow]

  /// Words for events about rows.
  init(_ rows: [IntentID: LedgerRow]) { self.rows = rows }

  /// The words of one event.
  func of(_ event: LedgerEvent) -> String {
    let name = event.intent.map(name) ?? ""
    switch event.change {
    case .opened: return "began the ledger of this home"
    case .budgeted(let budget): return "set the budget '\(budget.name)' to \(budget.limit)"
    case .unbudgeted(let budget): return "took the budget '\(budget)' away"
    case .seen(let intents): return "saw \(intents.count == 1 ? self.name(intents[0]) : "\(intents.count) resources") alive"
    case .intended(let row, _): return "wrote down what is to be rented: \(place(row))"
    case .adopted(let row): return "took \(name) into the ledger\(row.isAdopted ? " from another home" : "")"
    case .attempted(let attempt): return attempted(attempt, name)
    case .billed(let amount): return "was told that \(name) has cost \(amount), by the vendor's bill"
    case .requested, .confirmed, .ready, .stopped, .started, .heartbeat, .priced: return life(event.change, name)
    case .deleting, .deletionAttempted, .saidGone, .notListed, .voided, .forgotten: return end(event.change, name)
    case .protected(let until): return "protected \(name)\(until.map { " until \(Timestamp.format($0))" } ?? "")"
    case .unprotected: return "took the protection of \(name) back"
    case .noted(let words): return "noted of \(name): \(words)"
    case .expires(let date): return "moved the deadline of \(name) to \(date.map(Timestamp.format) ?? "never")"
    }
  }

  private func life(_ change: LedgerChange, _ name: String) -> String {
    switch change {
    case .requested: "sent the request for \(name)"
    case .confirmed(let resource, let launched):
      "was told that it is \(resource)\(launched.map { ", launched \(Timestamp.format($0))" } ?? "")"
    case .ready(let since): "found \(name) running\(at(since))"
    case .stopped(let since): "found \(name) stopped\(at(since))"
    case .started(let since): "found \(name) running again\(at(since))"
    case .heartbeat(let heard): "heard of the agent on \(name)\(at(heard))"
    case .priced(let prices, let through):
      "was told what the market charged for \(name) until \(Timestamp.format(through))"
        + (prices.last.map { ", \($0.hourly)/h at the end" } ?? ", no price")
    default: name
    }
  }

  private func end(_ change: LedgerChange, _ name: String) -> String {
    switch change {
    case .deleting(let reason): "wanted the end of \(name): \(reason)"
    case .deletionAttempted(let error?, let next): "could not end \(name), and tries again after \(Timestamp.format(next)): \(error)"
    case .deletionAttempted(nil, _): "asked for the end of \(name); the provider took it"
    case .saidGone(let word): "was told by the provider that \(name) is gone\(at(word.endedAt))"
    case .notListed: "did not find \(name) in a complete listing"
    case .voided(.neverSent): "closed \(name): its request was never sent"
    case .voided(.refused(let error, _)): "closed \(name): its request was refused: \(error)"
    case .forgotten(let reason): "took \(name) out of sight: \(reason)"
    default: name
    }
  }

  private func attempted(_ attempt: MutationAttempt, _ name: String) -> String {
    let verb = ["launch": "rent", "destroy": "end"][attempt.action] ?? attempt.action
    let outcome =
      switch attempt.effect {
      case .applied: "asked the provider to \(verb) \(name)"
      case .none: "asked the provider to \(verb) \(name), which did nothing"
      case .unknown: "asked the provider to \(verb) \(name), and nobody knows what that did"
      }
    return [outcome, attempt.error].compactMap(\.self).joined(separator: ": ") + (attempt.requestID.map { " (request \($0))" } ?? "")
  }

  private func at(_ date: Date?) -> String { date.map { " at \(Timestamp.format($0))" } ?? "" }

  /// "machine i-0abc of rp_0001", "the machine of intent 019a…".
  private func name(_ intent: IntentID) -> String {
    guard let row = rows[intent] else { return "intent \(intent.rawValue.prefix(13))" }
    let run = row.runID.map { " of \($0)" } ?? ""
    return row.resource.map { "\(row.kind) \($0)\(run)" } ?? "\(row.kind) \(row.place.machine)\(run)"
  }

  private func place(_ row: LedgerRow) -> String {
    let price =
      ResourceKeeper.hourly(row).map { "\(row.meters.contains(where: \.isCeiling) ? "at most " : "")\($0)/h" } ?? "at an unknown price"
    return "\(row.kind) \(row.place.machine) in \(row.place.zone ?? row.place.region), \(price)\(row.runID.map { ", for \($0)" } ?? "")"
  }
}
