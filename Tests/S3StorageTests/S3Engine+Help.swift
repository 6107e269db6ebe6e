import FoundationEssentials
import RunPilotTesting
import Subprocessing

extension S3Engine {
  /// Makes a bucket of a test's own.
  func makeBucket() async throws -> String {
    let name = bucketName()
    let answer = try await curl([
      "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", "PUT", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user",
      "\(accessKey):\(secretKey)",
      "\(endpoint)/\(name)",
    ])
    guard answer == "200" else { throw BucketRefused(status: answer) }
    return name
  }

  /// What curl prints.
  func curl(_ words: [String]) async throws -> String {
    let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
    return try await Command(["curl", "--max-time", "30"] + words, environment: environment, deadline: .seconds(60)).run().text
  }
}

/// The server did not make a bucket.
struct BucketRefused: Error {
  let status: String
}
