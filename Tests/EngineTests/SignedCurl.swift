import Basics
import FoundationEssentials
import RunPilotTesting
import Subprocessing

/// curl with its own AWS signer, so that what checks signatures is not checked by ours.
struct SignedCurl {
  struct Answer {
    /// 0 when there was none.
    let status: Int
    let body: String
    /// How curl ended: 52 and 56 for a connection that broke, 18 for a body that did.
    let curlCode: Int32
  }

  let service: String
  let endpoint: String
  let accessKey: String
  let secretKey: String

  func callAsFunction(_ method: String, _ target: String, _ options: [String] = []) async throws -> Answer {
    let folder = try TemporaryFolder()
    let body = folder.path + "/body"
    let arguments =
      [
        "curl", "--silent", "--max-time", "30", "--output", body, "--write-out", "%{http_code}", "--request", method,
        "--aws-sigv4", "aws:amz:us-east-1:\(service)", "--user", "\(accessKey):\(secretKey)",
      ] + options + [endpoint + target]
    let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
    let outcome = try await Command(arguments, environment: environment, deadline: .seconds(60)).run()
    let text = Files.exists(body) ? String(decoding: try Files.read(body), as: UTF8.self) : ""
    return Answer(status: Int(outcome.text) ?? 0, body: text, curlCode: outcome.end.shellCode)
  }
}
