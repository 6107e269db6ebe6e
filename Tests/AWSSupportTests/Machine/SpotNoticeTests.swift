import AWSSupport
import Basics
import FoundationEssentials
import HTTPTransport
import RunAgent
import RunPilotTesting
import Synchronization
import Testing

@Suite("Spot notices")
struct SpotNoticeTests {
  /// A metadata service whose instance action is told at the n-th question, after what else happens.
  private static func service(_ answers: [AnsweringTransport.Answer?]) -> AnsweringTransport {
    let asked = Mutex(0)
    return AnsweringTransport { request throws(HTTPError) in
      if request.method == "PUT" {
        guard request.headers["X-aws-ec2-metadata-token-ttl-seconds"] != nil else { return AnsweringTransport.Answer(status: 400) }
        return AnsweringTransport.Answer(body: "the-token\n")
      }
      guard request.headers["X-aws-ec2-metadata-token"] == "the-token", request.target == "/latest/meta-data/spot/instance-action" else {
        return AnsweringTransport.Answer(status: 400)
      }
      let number = asked.withLock { asked in
        asked += 1
        return asked - 1
      }
      guard let answer = answers[min(number, answers.count - 1)] else { throw HTTPError(.timedOut, "no answer", mayHaveArrived: true) }
      return answer
    }
  }

  private static func notice(_ transport: AnsweringTransport, environment: [String: String] = [:]) async -> InterruptionNotice? {
    await SpotNotice(transport: transport, environment: environment, interval: .milliseconds(1)).notice()
  }

  @Test("Nothing for a while, time-outs and a token that ran out; then the notice with its time")
  func notice() async throws {
    let nothing = AnsweringTransport.Answer(status: 404)
    let told = AnsweringTransport.Answer(body: #"{"action": "terminate", "time": "2026-11-21T08:22:00Z"}"#)
    let transport = Self.service([
      nothing, nil, AnsweringTransport.Answer(status: 401), nothing, AnsweringTransport.Answer(status: 500), told,
    ])
    let notice = try #require(await Self.notice(transport))
    #expect(notice.at == Timestamp.parse("2026-11-21T08:22:00Z"))
    #expect(notice.detail == "spot capacity is taken back (terminate)")
    #expect(transport.requests.count { $0.method == "PUT" } == 2, "the token is used again until it is refused")
    #expect(transport.requests.allSatisfy { $0.origin == .http(host: "169.254.169.254", port: 80) })
  }

  @Test("A notice in a form that nobody knows is a notice")
  func unknownForm() async throws {
    let notice = try #require(await Self.notice(Self.service([AnsweringTransport.Answer(body: "soon")])))
    #expect(notice.at == nil)
  }

  @Test("Another address, for machines that only look like instances")
  func endpoint() async throws {
    let transport = Self.service([AnsweringTransport.Answer(body: "{\"action\":\"stop\"}")])
    _ = await Self.notice(transport, environment: ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1338/"])
    #expect(transport.requests.first?.origin == .http(host: "127.0.0.1", port: 1338))
  }

  @Test("Cancelled, it is silent")
  func cancelled() async {
    let task = Task { await Self.notice(Self.service([AnsweringTransport.Answer(status: 404)])) }
    task.cancel()
    #expect(await task.value == nil)
  }
}
