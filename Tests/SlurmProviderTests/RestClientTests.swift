import Basics
import FoundationEssentials
import HTTPTransport
import ProviderKit
import Retrying
import RunPilotTesting
import Synchronization
import Testing
import TrainingModel

@testable import SlurmProvider

@Suite("How slurmrestd is asked")
struct RestClientTests {
  private static let now = Date(timeIntervalSince1970: 1_800_000_000)

  /// A token with claims and no signature.
  static func token(_ claims: String) -> String {
    let part = Data(claims.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    return "eyJhbGciOiJIUzI1NiJ9.\(part).c2ln"
  }

  private func control(
    _ transport: AnsweringTransport, endpoint: String = "http://c:6820", token: String? = token("{\"sun\":\"me\",\"exp\":1900000000}"),
    command: [String] = [], path: String = "/usr/bin:/bin"
  ) throws -> RestControl {
    var environment = ["PATH": path]
    environment["SLURM_JWT"] = token
    let now = Self.now
    let client = RestClient(
      try RestEndpoint(endpoint), user: nil, tokens: TokenSource(command: command, environment: environment, now: { now }),
      transport: transport, retry: Retry(RetryPolicy(maxAttempts: 3, base: .milliseconds(1)), budgets: RetryBudgets()), now: { now })
    return RestControl(client: client, caller: nil)
  }

  @Test("the newest version that both sides know is spoken, and asked for once")
  func version() async throws {
    let transport = AnsweringTransport.plain { request throws(HTTPError) in
      if !request.target.contains("v0.0.37") { return (404, "Unable find requested URL.") }
      return (200, request.target.hasSuffix("/ping") ? "{\"pings\":[]}" : "{\"jobs\":[],\"errors\":[]}")
    }
    let control = try control(transport, endpoint: "https://gate/slurm/")
    #expect(try await control.queued(.of(user: "me")).isEmpty)
    #expect(try await control.queued(.number("5")).isEmpty)
    #expect(
      transport.requests.map(\.target) == [
        "/slurm/slurm/v0.0.42/ping", "/slurm/slurm/v0.0.41/ping", "/slurm/slurm/v0.0.40/ping", "/slurm/slurm/v0.0.38/ping",
        "/slurm/slurm/v0.0.37/ping", "/slurm/slurm/v0.0.37/jobs", "/slurm/slurm/v0.0.37/job/5",
      ])
    #expect(transport.requests.allSatisfy { $0.headers["X-SLURM-USER-NAME"] == "me" && $0.origin == .https(host: "gate", port: 443) })
    let newer = AnsweringTransport.plain { _ throws(HTTPError) in (404, "Unable find requested URL.") }
    await #expect {
      try await self.control(newer).queued(.number("5"))
    } throws: { ($0 as? ProviderError)?.message.contains("speaks none of v0.0.42, ") == true }
  }

  @Test("a token that is refused is made anew, once; one that cannot be is told with the next step, and stands in no error")
  func renewal() async throws {
    let folder = try TemporaryFolder()
    let first = Self.token("{\"sun\":\"me\",\"exp\":1900000000}")
    let second = Self.token("{\"sun\":\"me\",\"exp\":1900000001}")
    let asked = folder.path + "/asked"
    // The first time the one, then the other.
    let program = "if [ -e \(asked) ]; then echo SLURM_JWT=\(second); else : > \(asked); echo SLURM_JWT=\(first); fi"
    let transport = AnsweringTransport.plain { request throws(HTTPError) in
      request.headers["X-SLURM-USER-TOKEN"] == second ? (200, "{\"jobs\":[]}") : (401, "Authentication failure")
    }
    let renewing = try control(transport, token: nil, command: ["sh", "-c", program])
    #expect(try await renewing.queued(.of(user: "me")).isEmpty)
    #expect(transport.requests.count == 3)
    let error = await #expect(throws: ProviderError.self) { try await self.control(transport, token: first).queued(.of(user: "me")) }
    #expect(error?.code == .unauthorised && error?.hints.contains { $0.contains("scontrol token") } == true)
    #expect(!"\(String(describing: error))".contains(first))
    // What it prints may be a secret, wherever it prints it.
    for program in ["printf 'my%s ' secret", "printf 'SLURM_JWT=eyJmy%s' secret >&2; exit 1"] {
      await #expect {
        try await self.control(transport, token: nil, command: ["sh", "-c", program]).queued(.of(user: "me"))
      } throws: { ($0 as? ProviderError)?.code == .unauthorised && !"\($0)".contains("mysecret") }
    }
  }

  @Test("where slurmrestd does not say why it was told nothing, the accounts tell whether it is the token")
  func vague() async throws {
    let vague = "{\"errors\":[{\"description\":\"Failed while looking for jobs\",\"error_number\":-1,\"error\":\"Unspecified error\"}]}"
    for (refused, code) in [(true, ProviderError.Code.unauthorised), (false, .unreachable)] {
      let transport = AnsweringTransport.plain { request throws(HTTPError) in
        if request.target.hasSuffix("/ping") { return (200, "{\"pings\":[]}") }
        if request.target.hasPrefix("/slurmdb") {
          return refused
            ? (500, "{\"errors\":[{\"error_number\":1007,\"error\":\"Protocol authentication error\"}]}") : (200, "{\"clusters\":[]}")
        }
        return (500, vague)
      }
      let error = await #expect(throws: ProviderError.self) { try await self.control(transport).queued(.of(user: "me")) }
      #expect(error?.code == code, "\(String(describing: error))")
      let asked = transport.requests.filter { $0.target.hasSuffix("/jobs") }.count
      #expect(asked == (refused ? 1 : 3), "only what may pass is asked again")
    }
  }

  @Test("what stands before slurmrestd and is out for a moment settles no version")
  func gateway() async throws {
    let pings = Mutex(0)
    let transport = AnsweringTransport.plain { request throws(HTTPError) in
      if request.target.hasSuffix("/ping"),
        pings.withLock({
          $0 += 1; return $0
        }) == 1
      {
        return (502, "<html>bad gateway</html>")
      }
      return request.target.contains("v0.0.38") ? (200, "{\"jobs\":[]}") : (404, "Unable find requested URL.")
    }
    let control = try control(transport)
    #expect(try await control.queued(.of(user: "me")).isEmpty)
    #expect(transport.requests.last?.target == "/slurm/v0.0.38/jobs")
  }

  @Test("a submission that nobody knows of stays in doubt, whatever its token is worth by now")
  func endedMeanwhile() async throws {
    let transport = AnsweringTransport.plain { request throws(HTTPError) in
      if request.target.hasPrefix("/slurmdb") {
        return (500, "{\"errors\":[{\"error_number\":1007,\"error\":\"Protocol authentication error\"}]}")
      }
      return request.method == "POST"
        ? (500, "{\"errors\":[{\"error_number\":-1,\"error\":\"Unspecified error\"}]}") : (200, "{\"pings\":[]}")
    }
    let batch = BatchRequest(name: "runpilot-x.t", script: "#!/bin/sh\n", properties: [:])
    let error = await #expect(throws: ProviderError.self) { try await self.control(transport).submit(batch) }
    #expect(error?.code == .unauthorised && error?.effect == .unknown, "\(String(describing: error))")
  }

  @Test(
    "a submission is sent once, and its error says whether there may be a job",
    arguments: [
      (500, "{\"errors\":[{\"error_code\":2000,\"error\":\"Invalid partition name specified\"}]}", ProviderError.Effect.none),
      (500, "{\"errors\":[{\"error_code\":2133,\"error\":\"Invalid preferred feature specification\"}]}", .none),
      (500, "{\"errors\":[{\"error_code\":5004,\"error\":\"Socket timed out on send/recv operation\"}]}", .unknown),
      (500, "{\"errors\":[{\"error_code\":5001,\"error\":\"Something nobody has seen\"}]}", .unknown),
      (500, "{\"errors\":[{\"error_number\":-1,\"error\":\"Unspecified error\"}]}", .unknown),
      (400, "{\"errors\":[{\"error_code\":-1,\"error\":\"Invalid exclusive specification\"}]}", .none),
      (401, "Authentication failure", .none), (502, "<html>bad gateway</html>", .unknown), (200, "half", .unknown), (0, "", .unknown),
      (200, "{\"errors\":[{\"error_number\":-1,\"error\":\"Unspecified error\"}],\"job_id\":0}", .unknown),
    ])
  func submission(status: Int, body: String, effect: ProviderError.Effect) async throws {
    let transport = AnsweringTransport.plain { request throws(HTTPError) in
      guard request.method == "POST" else { return (200, "{\"pings\":[],\"clusters\":[]}") }
      if status == 0 { throw HTTPError(.closed, "the connection ended", mayHaveArrived: true) }
      return (status, body)
    }
    let batch = BatchRequest(name: "runpilot-x.t", script: "#!/bin/sh\n", properties: [:])
    let error = await #expect(throws: ProviderError.self) { try await self.control(transport).submit(batch) }
    #expect(error?.effect == effect, "\(String(describing: error))")
    #expect(transport.requests.filter { $0.method == "POST" }.count == 1)
  }

  @Test("a job that was made in spite of a remark was made; one written for sbatch is not sent, nor the other way round")
  func remarks() async throws {
    let held = "{\"errors\":[{\"error_code\":2042,\"error\":\"Job is in held state\"}],\"job_id\":14,\"step_id\":\"BATCH\"}"
    let transport = AnsweringTransport.plain { request throws(HTTPError) in (200, request.method == "POST" ? held : "{\"pings\":[]}") }
    let control = try control(transport)
    #expect(try await control.submit(BatchRequest(name: "x", script: "", properties: [:])) == "14")
    let old = try JSON.decode(BatchRequest.self, from: Data("{\"name\":\"x\",\"options\":[\"--parsable\"],\"script\":\"\"}".utf8))
    let error = await #expect(throws: ProviderError.self) { try await control.submit(old) }
    #expect(error?.code == .invalidRequest && error?.effect == ProviderError.Effect.none)
    let here = CommandControl(LocalShell(environment: [:]), way: "")
    let other = await #expect(throws: ProviderError.self) { try await here.submit(BatchRequest(name: "x", script: "", properties: [:])) }
    #expect(other?.code == .invalidRequest && other?.effect == ProviderError.Effect.none)
  }

  @Test("jobs are listed by their user; of those whose user is known to nobody, those that may be ours")
  func users() async throws {
    let jobs = [
      ("me", "1", "x"), ("you", "2", "runpilot-a.t"), ("nobody", "3", "runpilot-b.t"), ("", "4", "runpilot-c.t"), ("nobody", "5", "y"),
    ]
    let body = jobs.map { "{\"user_name\":\"\($0)\",\"job_id\":\($1),\"name\":\"\($2)\",\"job_state\":\"RUNNING\"}" }.joined(separator: ",")
    let transport = AnsweringTransport.plain { request throws(HTTPError) in
      (200, request.target.hasSuffix("/ping") ? "{\"pings\":[]}" : "{\"jobs\":[\(body)]}")
    }
    #expect(try await control(transport).queued(.of(user: "me")).map(\.id) == ["1", "3", "4"])
  }

  @Test("a job that is not there is gone, and cancelling it is no error")
  func unknown() async throws {
    let transport = AnsweringTransport.plain { request throws(HTTPError) in
      request.target.hasSuffix("/ping")
        ? (200, "{\"pings\":[]}") : (500, "{\"errors\":[{\"error_number\":2017,\"error\":\"Invalid job id specified\"}],\"jobs\":[]}")
    }
    let control = try control(transport)
    #expect(try await control.queued(.number("9")).isEmpty)
    #expect(try await control.cancel("9") == false)
  }

  @Test(
    "what became of a job that was to be cancelled, as Slurm 24.11 tells it",
    arguments: [("", true), ("{\"error\":{\"code\":0}}", true), ("{\"error\":{\"code\":2021,\"message\":\"completed\"}}", false)])
  func outcome(told: String, isCancelled: Bool) async throws {
    let transport = AnsweringTransport.plain { request throws(HTTPError) in
      (200, request.method == "GET" ? "{\"pings\":[]}" : "{\"status\":[\(told)],\"errors\":[]}")
    }
    #expect(try await control(transport).cancel("9") == isCancelled)
    let refusing = AnsweringTransport.plain { request throws(HTTPError) in
      (
        200,
        request.method == "GET" ? "{\"pings\":[]}" : "{\"status\":[{\"error\":{\"code\":2002,\"message\":\"Access/permission denied\"}}]}"
      )
    }
    let error = await #expect(throws: ProviderError.self) { try await self.control(refusing).cancel("9") }
    #expect(error?.code == .forbidden && error?.effect == ProviderError.Effect.none)
  }

  @Test(
    "one task of an array is cancelled as the version can: held first, by itself, or not at all, for some would end the whole array",
    arguments: [
      ("v0.0.37", ["POST /job/7_3", "DELETE /job/7_3"], 1_001), ("v0.0.38", ["POST /job/7_3", "DELETE /job/7_3"], 1_001),
      ("v0.0.40", [], 0), ("v0.0.41", [], 0), ("v0.0.42", ["DELETE /job/7_3"], 1_001),
    ] as [(String, [String], Int)])
  func tasks(version: String, changes: [String], longest: Int) async throws {
    let transport = AnsweringTransport.plain { request throws(HTTPError) in
      if !request.target.contains(version) { return (404, "Unable find requested URL.") }
      return (200, request.target.hasSuffix("/ping") ? "{\"pings\":[{\"pinged\":\"UP\"}]}" : "{\"errors\":[],\"clusters\":[]}")
    }
    let control = try control(transport)
    if changes.isEmpty {
      let error = await #expect(throws: ProviderError.self) { try await control.cancel("7_3") }
      #expect(error?.effect == ProviderError.Effect.none && error?.hints.contains { $0.contains("scancel 7_3") } == true)
    } else {
      #expect(try await control.cancel("7_3"))
    }
    let sent = transport.requests.filter { $0.method != "GET" }
    #expect(sent.map { "\($0.method) \($0.target.replacing("/slurm/\(version)", with: ""))" } == changes)
    #expect(try await control.identity().longestArray == longest)
    #expect(try await control.cancel("7"))
  }

  @Test("which cluster it is: the only one of the database, else the one whose controller answers, else the address; without accounts, too")
  func identity() async throws {
    let ping = "{\"pings\":[{\"hostname\":\"ctl2\",\"ping\":\"UP\"}],\"meta\":{\"Slurm\":{\"release\":\"22.05.8\"}}}"
    let gpu = "\"tres\":[{\"type\":\"gres\",\"name\":\"gpu\",\"count\":4}]"
    let cases = [
      ("{\"clusters\":[{\"name\":\"one\",\(gpu)}]}", "one", true, true),
      (
        "{\"clusters\":[{\"name\":\"a\",\"controller\":{\"host\":\"ctl1\"}},{\"name\":\"b\",\"controller\":{\"host\":\"ctl2\"}}]}", "b",
        true, false
      ),
      ("", "c:6820", false, false),
    ]
    for (clusters, name, accounts, gpus) in cases {
      let transport = AnsweringTransport.plain { request throws(HTTPError) in
        request.target.hasSuffix("/ping") ? (200, ping) : clusters.isEmpty ? (404, "Unable find requested URL.") : (200, clusters)
      }
      let found = try await control(transport).identity()
      #expect(
        found == ClusterIdentity(name: name, version: "22.05.8", user: "me", keepsAccounts: accounts, countsGPUs: gpus, longestArray: 1_001)
      )
    }
    // A database that does not answer is none that is not there.
    let away = AnsweringTransport.plain { request throws(HTTPError) in
      request.target.hasSuffix("/ping")
        ? (200, ping) : (500, "{\"errors\":[{\"error_number\":7000,\"error\":\"Unable to connect to database\"}],\"clusters\":[]}")
    }
    let error = await #expect(throws: ProviderError.self) { try await self.control(away).identity() }
    #expect(error?.message.contains("Unable to connect to database") == true)
    // Since v0.0.40 a controller that does not take the token is told to be down.
    for (refuses, code) in [(false, ProviderError.Code.unreachable), (true, .unauthorised)] {
      let down = AnsweringTransport.plain { request throws(HTTPError) in
        refuses && request.target.hasSuffix("/diag")
          ? (511, "{\"errors\":[{\"error_number\":1007,\"error\":\"Protocol authentication error\"}]}")
          : (200, "{\"pings\":[{\"hostname\":\"x\",\"pinged\":\"DOWN\"}]}")
      }
      let error = await #expect(throws: ProviderError.self) { try await self.control(down).identity() }
      #expect(error?.code == code)
    }
  }

  @Test("a check says how it stands with the token: who can read it on its way, and when it ends")
  func access() async throws {
    let silent = AnsweringTransport.plain { request throws(HTTPError) in throw HTTPError(.refused, "nobody is asked", mayHaveArrived: false)
    }
    let here = "http://127.0.0.1:6820"
    let (long, short) = (Self.token("{\"sun\":\"me\",\"exp\":1900000000}"), Self.token("{\"sun\":\"me\",\"exp\":1800000060}"))
    let cases: [(endpoint: String, token: String?, command: [String], outcome: CheckResult.Outcome?, words: String)] = [
      (here, long, [], .ok, "SLURM_JWT, until 2030"), (here, short, [], .warning, "SLURM_JWT ends at 2027"),
      (here, nil, ["echo", short], .ok, "made by token_command"), (here, nil, ["false"], .failed, "made no token"),
      (here, Self.token("{\"exp\":1799999999}"), [], .failed, "ended at"), (here, "no token", [], .failed, "holds no token"),
      ("http://login.example", long, [], .warning, "can be read by others on its way"), ("https://login.example", long, [], .ok, "until"),
      ("unix:///run/s", nil, [], .ok, "the socket knows"), (here, nil, [], nil, ""),
    ]
    for (endpoint, token, command, outcome, words) in cases {
      let result = await (try control(silent, endpoint: endpoint, token: token, command: command)).access()
      #expect(result?.outcome == outcome && (result?.detail ?? "").contains(words), "\(String(describing: result))")
      #expect(outcome == .ok || outcome == nil || result?.hints.isEmpty == false)
    }
    #expect(silent.requests.isEmpty)
  }

  @Test("tokens: as scontrol prints them, with what they say of themselves; nothing that would break a header")
  func tokens() {
    let text = Self.token("{\"sun\":\"jürgen\",\"exp\":1795293793,\"iat\":1}")
    let token = ClusterToken("SLURM_JWT=\(text)\n")
    #expect(token?.user == "jürgen" && token?.expires == Date(timeIntervalSince1970: 1_795_293_793))
    #expect(token == ClusterToken("a greeting\n\(text)"))
    #expect(ClusterToken("abc")?.user == nil && ClusterToken("a.b.c")?.expires == nil)
    #expect(ClusterToken(Self.token("{\"exp\":1e300}"))?.expires == nil, "no day that anybody could write down")
    #expect(
      ClusterToken("") == nil && ClusterToken("SLURM_JWT=") == nil && ClusterToken("a b") == nil && ClusterToken("a\u{0D}X: y") == nil)
  }

  @Test(
    "addresses",
    arguments: [
      ("http://h", HTTPOrigin.http(host: "h", port: 6_820), "", true),
      ("http://127.0.0.1.example", .http(host: "127.0.0.1.example", port: 6_820), "", true),
      ("http://127.0.0.1:7000/", .http(host: "127.0.0.1", port: 7_000), "", false),
      ("https://g.example/a/b", .https(host: "g.example", port: 443), "/a/b", false), ("unix:///run/s", .unix(path: "/run/s"), "", false),
    ])
  func addresses(text: String, origin: HTTPOrigin, base: String, isOpen: Bool) throws {
    let endpoint = try RestEndpoint(text)
    #expect(endpoint.origin == origin && endpoint.base == base && endpoint.isOpen == isOpen)
  }

  @Test("what is no address", arguments: ["", "h:6820", "ftp://h", "http://u:p@h", "unix://x", "http://h?x=1", "http://"])
  func noAddress(text: String) { #expect(throws: ProviderError.self) { try RestEndpoint(text) } }
}
