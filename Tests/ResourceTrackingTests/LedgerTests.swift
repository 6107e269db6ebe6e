import Basics
import FoundationEssentials
import Glibc
import ResourceTracking
import SQLite
import Testing
import TrainingModel

@Suite("The ledger")
struct LedgerTests {
  @Test("an intent is there with its exact request, in a file of one's own, and a second opening finds it")
  func intend() throws {
    let ledger = try TestLedger()
    let request = "Action=Run&UserData=\u{1F600}\n\"quoted\"; --"
    try ledger.open().intend(Rows.fresh("i1"), request: request)
    let again = try ledger.open()
    #expect(try again.row(IntentID("i1")) == Rows.fresh("i1"))
    #expect(try again.request(of: IntentID("i1")) == request)
    for suffix in ["", "-wal", "-shm"] where Files.exists(ledger.path + suffix) {
      var info = stat()
      #expect(stat(ledger.path + suffix, &info) == 0 && info.st_mode & 0o777 == 0o600, "\(suffix)")
    }
    #expect(try again.events().map(\.serial) == [1, 2])
    #expect(throws: LedgerError.self) { try again.intend(Rows.fresh("i1"), request: "other") }
    #expect(try again.request(of: IntentID("i1")) == request)
  }

  @Test("the request goes when its intent is over, and cannot be had then")
  func requestGoes() throws {
    let ledger = try TestLedger()
    let tracker = try ledger.open()
    try tracker.intend(Rows.fresh("i1"), request: "secret")
    try tracker.void(IntentID("i1"), .neverSent)
    #expect(throws: LedgerError.noRequest(IntentID("i1"))) { try tracker.request(of: IntentID("i1")) }
    // What was given up by one process is not sent by another.
    #expect(throws: LedgerError.self) { try tracker.requested(IntentID("i1")) }
  }

  @Test("an admission that refuses leaves nothing behind")
  func admission() throws {
    struct Refused: Error {}
    let ledger = try TestLedger()
    let tracker = try ledger.open()
    try tracker.set(Budget(name: "b", scope: .month, limit: Money(5)))
    try tracker.intend(Rows.fresh("i1"), request: "r")
    let before = try ledger.projections()
    #expect(throws: Refused.self) {
      try tracker.intend(Rows.fresh("i2"), request: "r") { facts in
        #expect(facts.budgets.map(\.name) == ["b"] && facts.open.map(\.intent) == [IntentID("i1")])
        throw Refused()
      }
    }
    #expect(try ledger.projections() == before)
    #expect(throws: LedgerError.noRequest(IntentID("i2"))) { try tracker.request(of: IntentID("i2")) }
  }

  @Test("rows are found by what one asks, and by the beginnings of their names")
  func queries() throws {
    let ledger = try TestLedger()
    let tracker = try ledger.open()
    for name in ["aa1", "aa2", "bb"] {
      try tracker.intend(Rows.fresh(name), request: "r")
      try tracker.requested(IntentID(name))
    }
    try tracker.confirmed(IntentID("aa1"), ResourceID("m-100"))
    try tracker.void(IntentID("bb"), .refused(error: "no", comparedToken: false))
    #expect(try tracker.rows().map(\.intent.rawValue) == ["aa1", "aa2"])
    #expect(try tracker.rows(.everything).count == 3)
    var filter = LedgerFilter()
    filter.states = [.void]
    #expect(try tracker.rows(filter).map(\.intent.rawValue) == ["bb"])
    filter = .everything
    filter.limit = 2
    #expect(try tracker.rows(filter).map(\.intent.rawValue) == ["aa2", "bb"])
    filter.limit = nil
    filter.tag = "b"
    filter.runUID = "uid-aa2"
    #expect(try tracker.rows(filter).map(\.intent.rawValue) == ["aa2"])
    #expect(try tracker.row(called: "m-1").intent == IntentID("aa1"))
    #expect(try tracker.row(called: "b").intent == IntentID("bb"))
    #expect(throws: LedgerError.ambiguous(reference: "aa", candidates: [IntentID("aa1"), IntentID("aa2")])) {
      try tracker.row(called: "aa")
    }
    for unknown in ["zz", "", "%", "a_"] {
      #expect(throws: LedgerError.unknown(reference: unknown)) { try tracker.row(called: unknown) }
    }
  }

  @Test("a changed event, a missing one, a cut end, a changed request: verify says which")
  func tampering() throws {
    let faults: [(sql: String, words: String)] = [
      ("UPDATE events SET body = replace(body, 'ana', 'eve') WHERE serial = 2", "event 2 is not what was written"),
      ("DELETE FROM events WHERE serial = 2", "event 2 is missing"), ("DELETE FROM events WHERE serial = 3", "the last events"),
      ("UPDATE events SET at = at + 1 WHERE serial = 2", "event 2 does not agree"),
      ("UPDATE requests SET body = 'other'", "the request of i1"),
    ]
    for (sql, words) in faults {
      let ledger = try TestLedger()
      let tracker = try ledger.open()
      try tracker.intend(Rows.fresh("i1"), request: "r")
      try tracker.requested(IntentID("i1"))
      #expect(try tracker.verify().fault == nil)
      try ledger.tamper(sql)
      #expect(try tracker.verify().fault?.hasPrefix(words) == true, "\(sql)")
    }
  }

  @Test("a ledger that is gone, empty, overwritten or newer is an error that says the way on, and is never begun anew by itself")
  func lost() throws {
    let ledger = try TestLedger()
    try ledger.open().intend(Rows.fresh("i1"), request: "r")
    func expect(_ check: (LedgerError) -> Bool) throws {
      do {
        _ = try ledger.open()
        Issue.record("it was opened")
      } catch let error as LedgerError {
        #expect(check(error) && error.hints.count == 1, "\(error)")
      }
    }
    try ledger.tamper("PRAGMA user_version = 99")
    try expect { if case .newer(_, 99) = $0 { true } else { false } }
    for bytes in [Array("not a database at all, but long enough to be read as one".utf8), []] {
      for suffix in ["-wal", "-shm"] { try Files.remove(ledger.path + suffix) }
      try Files.writeAtomically(bytes, to: ledger.path)
      try expect { if case .damaged = $0 { $0.hints[0].contains("reconcile --rebuild") } else { false } }
    }
    try Files.remove(ledger.path)
    try expect { if case .missing = $0 { $0.hints[0].contains("reconcile --rebuild") } else { false } }
    #expect(!Files.exists(ledger.path))
    #expect(ResourceTracker.exists(home: ledger.home))
  }

  @Test("a lost ledger is made anew; of a damaged one what the chain vouches for is kept")
  func restore() throws {
    let ledger = try TestLedger()
    let tracker = try ledger.open()
    for name in ["i1", "i2"] { try tracker.intend(Rows.fresh(name), request: "r-" + name) }
    func restore() throws -> LedgerRestoration {
      try ResourceTracker.restore(home: ledger.home, installation: "home-1", by: "test", now: { TestLedger.dawn })
    }
    let whole = try restore()
    #expect(whole.wasWhole && whole.savedEvents == 3 && whole.oldFile == nil)
    try ledger.tamper("UPDATE events SET body = '{}' WHERE serial = 3")
    let saved = try restore()
    #expect(saved.savedEvents == 2 && !saved.wasWhole && saved.oldFile.map(Files.exists) == true)
    let anew = try ledger.open()
    #expect(try anew.rows().map(\.intent.rawValue) == ["i1"])
    #expect(try anew.request(of: IntentID("i1")) == "r-i1")
    #expect(try anew.verify().fault == nil)
    for suffix in ["", "-wal", "-shm"] { try Files.remove(ledger.path + suffix) }
    let empty = try restore()
    #expect(!empty.wasWhole && empty.savedEvents == 0 && empty.oldFile == nil)
    #expect(try ledger.open().rows().isEmpty)
  }

  @Test("on a network file system there is no shared memory, and one warning in a ledger's life")
  func network() throws {
    let ledger = try TestLedger()
    var warnings: [String] = []
    for _ in 0..<2 { try ledger.open(network: true) { warnings.append($0) }.set(Budget(name: "b", scope: .month, limit: Money(1))) }
    #expect(warnings.count == 1)
    #expect(!Files.exists(ledger.path + "-wal") && !Files.exists(ledger.path + "-shm"))
  }

  @Test("many at once write, and each sees what it wrote")
  func atOnce() async throws {
    let ledger = try TestLedger()
    let rounds = 12
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<8 {
        group.addTask {
          // A connection each, as processes have.
          let tracker = try ledger.open(by: "worker \(worker)")
          for round in 0..<rounds {
            let row = Rows.fresh("w\(worker)-\(round)")
            try tracker.intend(row, request: "r")
            try tracker.requested(row.intent)
            #expect(try tracker.row(row.intent)?.state == .requested)
          }
        }
      }
      try await group.waitForAll()
    }
    let tracker = try ledger.open()
    #expect(try tracker.rows().count == 8 * rounds)
    #expect(try tracker.verify().fault == nil)
    #expect(try tracker.serial() == Int64(1 + 2 * 8 * rounds))
  }
}
