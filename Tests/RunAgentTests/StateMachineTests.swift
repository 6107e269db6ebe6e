import Glibc
import Subprocessing
import Testing
import TrainingModel

@testable import RunAgent

@Suite("The agent's decisions")
struct StateMachineTests {
  typealias Machine = AgentStateMachine

  private func at(_ seconds: Double, real: Double? = nil) -> AgentMoment {
    AgentMoment(awake: .seconds(seconds), real: .seconds(real ?? seconds))
  }

  private func machine(max: Int? = nil, deadline: Int? = nil, grace: Int = 30) -> Machine {
    Machine(
      limits: Machine.Limits(maxDuration: max.map { .seconds($0) }, deadline: deadline.map { .seconds($0) }, stopGrace: .seconds(grace)))
  }

  private let failure = StartFailure(.notFound, "no image")

  @Test("A plain run: start, end, leave, close")
  func plain() {
    var machine = machine()
    #expect(machine.nextWake(at: at(0)) == nil)
    #expect(machine.handle(.started, at: at(1)) == [.recordStart])
    #expect(machine.nextWake(at: at(1)) == nil)
    #expect(machine.handle(.ended(.exited(code: 0)), at: at(2)) == [.leave])
    #expect(machine.handle(.asked(.stop), at: at(2)) == [], "too late: the run's outcome is settled")
    let closing = RunClosing(end: .exited(code: 0), cause: nil, loss: nil)
    #expect(machine.handle(.left(loss: nil), at: at(3)) == [.close(closing)])
    #expect(machine.handle(.ended(.exited(code: 1)), at: at(4)) == [])
    #expect(machine.state == .finished)
  }

  @Test("A stop goes from SIGINT over SIGTERM to SIGKILL, and gives up in the end")
  func stopping() {
    var machine = machine(grace: 30)
    _ = machine.handle(.started, at: at(0))
    #expect(machine.handle(.asked(.stop), at: at(10)) == [.signal(SIGINT)])
    #expect(machine.nextWake(at: at(10)) == .seconds(40))
    #expect(machine.handle(.asked(.stop), at: at(11)) == [], "once is enough")
    #expect(machine.handle(.tick, at: at(39)) == [])
    #expect(machine.handle(.tick, at: at(40)) == [.signal(SIGTERM)])
    #expect(machine.handle(.tick, at: at(45)) == [.signal(SIGKILL)])
    #expect(machine.handle(.tick, at: at(55)) == [.leave])
    let actions = machine.handle(.left(loss: nil), at: at(56))
    guard case .close(let closing) = actions.first else {
      Issue.record("not closed: \(actions)")
      return
    }
    #expect(closing.reason == .stopped)
    #expect(closing.status == .cancelled)
    #expect(closing.detail?.contains("SIGKILL") ?? false)
  }

  @Test("A kill does not wait, also in the middle of a stop")
  func killing() {
    var machine = machine()
    _ = machine.handle(.started, at: at(0))
    _ = machine.handle(.asked(.stop), at: at(1))
    #expect(machine.handle(.asked(.kill), at: at(2)) == [.signal(SIGKILL)])
    #expect(machine.handle(.ended(.signalled(SIGKILL)), at: at(2)) == [.leave])
  }

  @Test("A stop while the job starts takes the start back; if it is too late for that, the job hears it at once")
  func stopWhileStarting() {
    var early = machine()
    #expect(early.handle(.asked(.stop), at: at(1)) == [.cancelStart])
    #expect(early.handle(.startFailed(failure), at: at(2)) == [.leave])
    #expect(early.handle(.left(loss: nil), at: at(2)) == [.close(RunClosing(end: .neverStarted(failure), cause: .stopped, loss: nil))])

    var late = machine(grace: 7)
    _ = late.handle(.asked(.stop), at: at(1))
    #expect(late.handle(.started, at: at(2)) == [.recordStart, .signal(SIGINT)])
    #expect(late.nextWake(at: at(2)) == .seconds(9))

    var killed = machine()
    _ = killed.handle(.asked(.stop), at: at(1))
    _ = killed.handle(.asked(.kill), at: at(1))
    #expect(killed.handle(.started, at: at(2)) == [.recordStart, .signal(SIGKILL)])

    var hanging = machine()
    _ = hanging.handle(.asked(.stop), at: at(1))
    #expect(hanging.nextWake(at: at(1)) == .seconds(31))
    #expect(hanging.handle(.tick, at: at(31)) == [.leave])
  }

  @Test("The longest time counts from the job's start, and only while the machine is awake")
  func longest() {
    var machine = machine(max: 60)
    #expect(machine.handle(.tick, at: at(1_000)) == [], "an image that is pulled for long is not the job's time")
    _ = machine.handle(.started, at: at(1_000))
    #expect(machine.nextWake(at: at(1_000)) == .seconds(1_060))
    #expect(machine.handle(.tick, at: at(1_059, real: 90_000)) == [], "a night of sleep is not the job's time")
    #expect(machine.handle(.tick, at: at(1_060)) == [.signal(SIGINT)])
    #expect(machine.handle(.ended(.exited(code: 0)), at: at(1_061)) == [.leave])
    #expect(
      machine.handle(.left(loss: nil), at: at(1_061)) == [.close(RunClosing(end: .exited(code: 0), cause: .maxDuration, loss: nil))])
  }

  @Test("A deadline comes whether or not the machine sleeps, also before the job has started")
  func deadline() {
    var asleep = machine(max: 1_000, deadline: 60)
    _ = asleep.handle(.started, at: at(1))
    #expect(asleep.nextWake(at: at(10, real: 40)) == .seconds(30))
    #expect(asleep.handle(.tick, at: at(10, real: 61)) == [.signal(SIGINT)])

    var starting = machine(deadline: 60)
    #expect(starting.nextWake(at: at(0)) == .seconds(60))
    #expect(starting.handle(.tick, at: at(60)) == [.cancelStart])
    #expect(starting.handle(.startFailed(failure), at: at(61)) == [.leave])
    #expect(
      starting.handle(.left(loss: nil), at: at(61)) == [.close(RunClosing(end: .neverStarted(failure), cause: .maxDuration, loss: nil))])
  }

  @Test("Whatever comes in whatever order: never a signal before the start or after the end, and always one close")
  func anyOrder() {
    let events: [Machine.Event] = [
      .started, .startFailed(failure), .ended(.exited(code: 0)), .asked(.stop), .asked(.kill), .left(loss: nil), .tick, .tick,
    ]
    for _ in 0..<5_000 {
      var machine = machine(max: Int.random(in: 1...50), deadline: Bool.random() ? 60 : nil, grace: 5)
      var closes = 0
      for second in 0..<40 {
        let before = machine.state
        guard let event = events.randomElement() else { return }
        for action in machine.handle(event, at: at(Double(second * 3))) {
          switch action {
          case .signal: #expect(before != .leaving && before != .finished && (before != .starting || event == .started))
          case .close: closes += 1
          case .recordStart: #expect(before == .starting)
          case .leave, .cancelStart: break
          }
        }
      }
      #expect(closes == (machine.state == .finished ? 1 : 0))
    }
  }
}

@Suite("What a record says at the end")
struct RunClosingTests {
  struct Case: Sendable {
    var end: JobEnd
    var cause: AgentStateMachine.Cause?
    var loss: String?
    var status: RunStatus
    var reason: RunReason
    var code: Int32?
    var signal: Int32?
    init(
      _ end: JobEnd, cause: AgentStateMachine.Cause? = nil, loss: String? = nil, _ status: RunStatus, _ reason: RunReason,
      code: Int32? = nil, signal: Int32? = nil
    ) {
      (self.end, self.cause, self.loss, self.status, self.reason, self.code, self.signal) = (end, cause, loss, status, reason, code, signal)
    }
  }

  @Test(
    "Ends and causes",
    arguments: [
      Case(.exited(code: 0), .success, .exited, code: 0),
      Case(.exited(code: 124), .failed, .exited, code: 124),
      Case(.signalled(11), .failed, .signalled, signal: 11),
      Case(.outOfMemory("limit"), .failed, .outOfMemory, signal: 9),
      Case(.neverStarted(StartFailure(.notFound, "x")), .failed, .neverStarted),
      Case(.lost("engine"), .failed, .lost),
      Case(.exited(code: 0), cause: .stopped, .cancelled, .stopped, code: 0),
      Case(.signalled(2), cause: .stopped, .cancelled, .stopped, signal: 2),
      Case(.signalled(9), cause: .maxDuration, .failed, .maxDuration, signal: 9),
      Case(.neverStarted(StartFailure(.notFound, "x")), cause: .stopped, .cancelled, .stopped),
      Case(.exited(code: 0), loss: "disk full", .failed, .recordingFailed, code: 0),
      Case(.exited(code: 3), loss: "disk full", .failed, .exited, code: 3),
      Case(.exited(code: 0), cause: .stopped, loss: "disk full", .cancelled, .stopped, code: 0),
    ])
  func table(item: Case) {
    let closing = RunClosing(end: item.end, cause: item.cause, loss: item.loss)
    #expect(closing.status == item.status)
    #expect(closing.reason == item.reason)
    #expect(closing.exitCode == item.code)
    #expect(closing.signal == item.signal)
    #expect(closing.warnings == (item.loss.map { [$0] } ?? []))
    #expect((closing.startFailure != nil) == (item.reason == .neverStarted))
  }
}
