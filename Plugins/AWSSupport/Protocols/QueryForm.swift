import Basics
import FoundationEssentials
import HTTPTransport

/// A request of the query protocols: `application/x-www-form-urlencoded`, answered in XML.
public struct QueryForm: Sendable, Equatable {
  /// How lists are written.
  public enum Flavour: Sendable {
    /// EC2's: `Name.1=…`.
    case ec2
    /// The older one, of STS and IAM: `Name.member.1=…`.
    case query
  }

  /// What is asked for, such as `RunInstances`.
  public let action: String
  /// The body, percent-encoded.
  public let body: String

  /// Writes a request down.
  public init(_ action: String, version: String, _ flavour: Flavour, _ parameters: QueryValue = [:]) {
    self.action = action
    let items = [("Action", action), ("Version", version)] + Self.flatten(parameters, "", flavour)
    body = PercentEncoding.query(items)
  }

  /// A request as it was written down before.
  /// - Returns: nil when the body names no action.
  public init?(body: String) {
    guard body.hasPrefix("Action=") else { return nil }
    action = String(body.dropFirst(7).prefix { $0 != "&" })
    self.body = body
  }

  /// Names and values in order, not encoded. An empty list is not written, an empty text is.
  static func flatten(_ value: QueryValue, _ name: String, _ flavour: Flavour) -> [(String, String)] {
    switch value {
    case .text(let text): return [(name, text)]
    case .number(let number): return [(name, "\(number)")]
    case .flag(let flag): return [(name, flag ? "true" : "false")]
    case .time(let date): return [(name, time(date))]
    case .bytes(let bytes): return [(name, Data(bytes).base64EncodedString())]
    case .list(let elements):
      // The older flavour shows that a list is there and empty.
      if elements.isEmpty { return flavour == .query ? [(name, "")] : [] }
      let prefix = flavour == .query ? name + ".member." : name + "."
      return elements.enumerated().flatMap { flatten($1, "\(prefix)\($0 + 1)", flavour) }
    case .structure(let members):
      return members.flatMap { key, value in
        value.map { flatten($0, name.isEmpty ? key : "\(name).\(key)", flavour) } ?? []
      }
    }
  }

  /// Without fractions when there are none.
  private static func time(_ date: Date) -> String { Timestamp.format(date).replacing(".000Z", with: "Z") }
}
