import Basics
import FoundationEssentials
import PluginProtocol
import Testing

@testable import PluginHost

@Suite("A session with a plugin")
struct PluginSessionTests {
  private func message(_ text: String) throws -> Message { try Message(Array(text.utf8)) }
  private func answer(_ id: Int64) throws -> Message { try message(#"{"jsonrpc":"2.0","id":\#(id),"result":{}}"#) }
  private func event(_ id: Int64, _ seq: Int64, _ kind: String = "progress") throws -> Message {
    try message(#"{"jsonrpc":"2.0","method":"event","params":{"id":\#(id),"seq":\#(seq),"kind":"\#(kind)"}}"#)
  }

  @Test("answers come in any order, each once")
  func answers() throws {
    var session = PluginSession()
    let ids = (0..<5).map { _ in session.open() }
    #expect(ids == [1, 2, 3, 4, 5] && session.inFlight == 5)
    for id in ids.shuffled() { #expect(session.take(try answer(id)) == .answered(id)) }
    #expect(session.inFlight == 0)
    for id in ids { #expect(session.take(try answer(id)) == .violation(.answeredTwice(id))) }
  }

  @Test("what was never asked is not answered", arguments: [0, -1, 2, 99])
  func unknown(id: Int64) throws {
    var session = PluginSession()
    _ = session.open()
    #expect(session.take(try answer(id)) == .violation(.unknownRequest(.number(id))))
    #expect(session.take(try message(#"{"jsonrpc":"2.0","id":"1","result":{}}"#)) == .violation(.unknownRequest(.text("1"))))
  }

  @Test("whoever is not waited for any more may answer once, and nobody is told")
  func abandoned() throws {
    var session = PluginSession()
    let id = session.open()
    session.abandon(id)
    #expect(session.take(try event(id, 1)) == .ignored)
    #expect(session.take(try answer(id)) == .ignored)
    #expect(session.take(try answer(id)) == .violation(.answeredTwice(id)))
  }

  @Test("events are counted without a gap, and come before the answer")
  func order() throws {
    var session = PluginSession()
    let id = session.open()
    #expect(session.take(try event(id, 1)) == .event(id, .progress))
    #expect(session.take(try event(id, 2, "from-the-future")) == .ignored)
    #expect(session.take(try event(id, 2)) == .violation(.eventOutOfOrder(id, expected: 3, found: 2)))
    #expect(session.take(try event(id, 4)) == .violation(.eventOutOfOrder(id, expected: 3, found: 4)))
    _ = session.take(try answer(id))
    #expect(session.take(try event(id, 3)) == .violation(.eventAfterAnswer(id)))
    #expect(session.take(try event(7, 1)) == .violation(.unknownRequest(.number(7))))
    #expect(session.take(try message(#"{"jsonrpc":"2.0","method":"event","params":{}}"#)) == .violation(.badEvent))
  }

  @Test("batches take credit, other events none")
  func credit() throws {
    var session = PluginSession(credit: 2)
    let id = session.open()
    let other = session.open()
    #expect(session.take(try event(id, 1, "items")) == .event(id, .items))
    #expect(session.take(try event(id, 2, "created")) == .event(id, .created))
    #expect(session.take(try event(id, 3, "bytes")) == .event(id, .bytes))
    #expect(session.take(try event(other, 1, "items")) == .event(other, .items))
    session.grant(1, to: id)
    #expect(session.take(try event(id, 4, "items")) == .event(id, .items))
    #expect(session.take(try event(id, 5, "items")) == .violation(.beyondCredit(id)))
  }

  @Test("any order of well-behaved events and answers is understood; one event left out is not")
  func interleaving() throws {
    var chance = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      var session = PluginSession()
      var left = Dictionary(uniqueKeysWithValues: (0..<4).map { _ in (session.open(), Int64.random(in: 0...4, using: &chance)) })
      var seq: [Int64: Int64] = [:]
      while let id = left.keys.randomElement(using: &chance) {
        if seq[id, default: 0] < left[id] ?? 0 {
          seq[id, default: 0] += 1
          #expect(session.take(try event(id, seq[id] ?? 0)) == .event(id, .progress))
        } else {
          left[id] = nil
          #expect(session.take(try answer(id)) == .answered(id))
        }
      }
      #expect(session.inFlight == 0)
    }
  }

  @Test(
    "lines that are no messages",
    arguments: [
      "hello", "[]", "3", "{}", #"{"jsonrpc":"2.0"}"#, #"{"jsonrpc":"1.0","id":1,"result":{}}"#, #"{"id":1,"result":{}}"#,
      #"{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}"#, #"{"jsonrpc":"2.0","id":1.5,"result":{}}"#,
      #"{"jsonrpc":"2.0","id":1}"#, #"{"jsonrpc":"2.0","id":1,"error":"no"}"#,
    ])
  func noise(text: String) {
    #expect(throws: NotAMessage.self) { try Message(Array(text.utf8)) }
  }

  @Test("lines are found however the bytes are cut, and too long ones are refused")
  func lines() throws {
    let text = Array("one\ntwo\r\n\nthree\nrest".utf8)
    for cut in 0...text.count {
      var splitter = LineSplitter(longest: 5)
      let lines = try splitter.add(text[..<cut]) + splitter.add(text[cut...])
      #expect(lines.map { String(decoding: $0, as: UTF8.self) } == ["one", "two", "three"])
      #expect(splitter.remainder == Array("rest".utf8))
    }
    var splitter = LineSplitter(longest: 5)
    #expect(throws: LineTooLong.self) { try splitter.add(Array("123456".utf8)) }
    #expect(throws: LineTooLong.self) { try splitter.add(Array("7\n".utf8)) }
  }

  @Test("after each death the wait is longer; after the fifth within two minutes it is left alone")
  func restart() {
    var policy = RestartPolicy()
    let start = ContinuousClock.now
    var now = start
    #expect(policy.verdict(at: now) == .now)
    for wait in [1, 2, 5, 10] {
      policy.died(at: now)
      #expect(policy.verdict(at: now) == .wait(.seconds(wait)))
      now += .seconds(wait)
      #expect(policy.verdict(at: now) == .now)
    }
    policy.died(at: now)
    #expect(policy.verdict(at: now) == .refuse(.seconds(120 - 18)))
    #expect(policy.verdict(at: start + .seconds(121)) == .now)
  }

  @Test("of stderr the end is kept, and no secret of it")
  func tail() {
    var tail = ErrorTail()
    let secret = Secret("hunter2-and-more")
    tail.add(Array("key hunter2-and-more is wrong\n".utf8))
    #expect(tail.text(hiding: [secret]) == "key *** is wrong" && tail.lastLine(hiding: [secret]) == "key *** is wrong")
    // Cut in the middle of the secret: what is left of that line is not shown.
    tail.add(Array(repeating: UInt8(ascii: "x"), count: ErrorTail.limit - 20))
    tail.add(Array("\nlast\n".utf8))
    let text = tail.text(hiding: [secret])
    #expect(!text.contains("more") && text.hasSuffix("last") && tail.lastLine(hiding: []) == "last")
  }
}
