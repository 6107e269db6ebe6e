import Basics
import FoundationEssentials
import ProviderKit

/// A JSON Web Token as `scontrol token` makes it, and what it says about itself. Whether it is genuine is the cluster's to say.
struct ClusterToken: Sendable, Equatable {
  let secret: Secret
  /// For whom it speaks.
  let user: String?
  /// When it ends; nil when it does not say.
  let expires: Date?

  private struct Claims: Decodable {
    /// Slurm's own name for the user, and what AuthAltParameters=userclaimfield= usually names.
    var sun: String?
    var exp: Double?
  }

  /// Reads `eyJ…`, or the line `SLURM_JWT=eyJ…` that scontrol prints. Nil for what can be no token: it becomes a header's value.
  init?(_ text: String) {
    let line = text.split(whereSeparator: \.isNewline).map { $0.trimmed() }.last { !$0.isEmpty } ?? ""
    let token = line.hasPrefix("SLURM_JWT=") ? String(line.dropFirst("SLURM_JWT=".count)) : line
    let isPlain = token.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || "-_.+/=".utf8.contains($0) }
    guard !token.isEmpty, isPlain else { return nil }
    secret = Secret(token)
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    let claims = parts.count == 3 ? Self.claims(String(parts[1])) : nil
    user = claims?.sun
    expires = claims?.exp.flatMap { Int64(exactly: $0.rounded(.down)) }.flatMap { SlurmTime.date($0) }
  }

  /// Base64 without padding, with the letters of addresses (RFC 7515, section 2).
  private static func claims(_ part: String) -> Claims? {
    let usual = String(part.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
    let padded = usual + String(repeating: "=", count: (4 - usual.utf8.count % 4) % 4)
    return Data(base64Encoded: padded).flatMap { try? JSON.decode(Claims.self, from: $0) }
  }
}
