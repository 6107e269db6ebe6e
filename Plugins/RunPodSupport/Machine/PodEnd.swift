import Basics
import FoundationEssentials
public import HTTPTransport
import ProviderKit
import Retrying

/// Ends the pod that this program runs in, and only that, with the key that RunPod gave the pod: by the API, and where that key may not, by the
/// older GraphQL, which has a mutation for it until 2027.
///
/// Reports disagree on what such a key may do, so both are tried, and the home's own clean-up stands behind them.
public struct PodEnd: Sendable {
  /// The name by which an order asks for it.
  public static let kind = "runpod"

  /// The variable that holds the pod's own key.
  public static let keyVariable = "RUNPOD_API_KEY"

  /// What is asked in the shell as long as there is no agent: needs curl, python3 or RunPod's own program.
  public static let shellLines = """
    U="${RUNPILOT_RUNPOD_API:-https://api.runpod.io}/v2/pods/$RUNPOD_POD_ID"
    if command -v curl > /dev/null; then
      printf 'header = "Authorization: Bearer %s"\\n' "$RUNPOD_API_KEY" | curl -fsS -o /dev/null --max-time 30 -X DELETE -K - "$U"
    elif command -v python3 > /dev/null; then
      U="$U" python3 -c 'import os,urllib.request as u;u.urlopen(u.Request(os.environ["U"],method="DELETE",headers={"Authorization":"Bearer "+os.environ["RUNPOD_API_KEY"]}),timeout=30)'
    fi
    if command -v runpodctl > /dev/null; then runpodctl remove pod "$RUNPOD_POD_ID"; fi
    """

  private let transport: any HTTPTransport
  private let environment: [String: String]
  private let log: @Sendable (String) -> Void

  /// - Parameter environment: of the pod's first process: `RUNPOD_POD_ID` and `RUNPOD_API_KEY` stand in it.
  public init(transport: any HTTPTransport, environment: [String: String], log: @escaping @Sendable (String) -> Void) {
    self.transport = transport
    self.environment = environment
    self.log = log
  }

  /// Asks for the end.
  /// - Returns: whether somebody said yes.
  public func ask() async -> Bool {
    guard let pod = environment["RUNPOD_POD_ID"], !pod.isEmpty, let key = environment[Self.keyVariable], !key.isEmpty else {
      log("this is no pod: RUNPOD_POD_ID and RUNPOD_API_KEY are not set")
      return false
    }
    if await refused(by: "the API", { () async throws(ProviderError) in try await delete(pod, Secret(key)) }) == nil { return true }
    return await refused(by: "GraphQL", { () async throws(ProviderError) in try await terminate(pod, Secret(key)) }) == nil
  }

  private func refused(by whom: String, _ body: () async throws(ProviderError) -> Void) async -> ProviderError? {
    do throws(ProviderError) {
      try await body()
      return nil
    } catch {
      log("\(whom) did not end this pod: \(error.message)")
      return error
    }
  }

  private func client(_ address: RunPodAddress, _ key: Secret) -> RunPodClient {
    RunPodClient(address, key: key, transport: transport, retry: Retry(RetryPolicy(maxAttempts: 3), budgets: RetryBudgets()))
  }

  private func delete(_ pod: String, _ key: Secret) async throws(ProviderError) {
    let client = client(try RunPodAddress(environment[RunPodAddress.variable]), key)
    var call = RunPodCall.change("DELETE", RunPodCall.pod(pod), doing: "end this pod", repeatable: true)
    call.mayBeAbsent = true
    try await client.send(call)
  }

  private struct Answer: Decodable {
    struct Fault: Decodable { var message: String }
    var errors: [Fault]?
  }

  private func terminate(_ pod: String, _ key: Secret) async throws(ProviderError) {
    let client = client(try RunPodAddress(environment[RunPodAddress.variable]), key)
    let body = JSONValue.object([
      "query": .string("mutation T($podId: String!) { podTerminate(input: {podId: $podId}) }"),
      "variables": .object(["podId": .string(pod)]),
    ])
    guard let bytes = try? JSON.encode(body, compact: true) else { return }
    let call = RunPodCall.change("POST", "/graphql", String(decoding: bytes, as: UTF8.self), doing: "end this pod", repeatable: true)
    let answer = try await client.ask(call, as: Answer.self)
    if let fault = answer?.errors?.first { throw ProviderError(.forbidden, "cannot end this pod: \(fault.message)") }
  }
}
