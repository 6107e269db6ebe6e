import AWSSupport
import Basics
import FoundationEssentials
import Glibc
import HTTPTransport

/// `sigv4-speed SECONDS TIME`: prints how many requests are signed in a second of a processor, and the signature of one at that time.
///
/// The request is that of dev/bench/sigv4.py: what is compared must be the same.
@main
enum SigningSpeed {
  static func main() {
    let words = CommandLine.arguments
    guard words.count == 3, let seconds = Double(words[1]), let time = Timestamp.parse(words[2]) else { return }
    let credentials = AWSCredentials(
      accessKeyID: "AKIAEXAMPLEEXAMPLE00", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
      sessionToken: String(repeating: "token/", count: 60))
    let signer = RequestSigner(region: "eu-west-2", service: "s3")
    let request = HTTPRequest(
      "GET", .https(host: "bucket.s3.eu-west-2.amazonaws.com", port: 443), "/?list-type=2&encoding-type=url&prefix=models%2Frun%2010%2F",
      headers: ["x-amz-checksum-mode": "ENABLED", "Range": "bytes=0-16777215"])
    var count = 0
    let start = processorSeconds()
    while processorSeconds() < start + seconds {
      for _ in 0..<100 { count += signer.signed(request, .empty, by: credentials, at: Date()).headers["Authorization"] == nil ? 0 : 1 }
    }
    let took = processorSeconds() - start
    let authorization = signer.signed(request, .empty, by: credentials, at: time).headers["Authorization"] ?? ""
    print(Int(Double(count) / took), String(authorization.split(separator: "=").last ?? ""))
  }

  /// What this process has had of a processor: other programs do not count.
  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
