public import FoundationEssentials

/// A value of a query request, before it is written into a form.
public enum QueryValue: Sendable, Equatable {
  case text(String)
  case number(Int64)
  case flag(Bool)
  /// Written as RFC 3339 in UTC.
  case time(Date)
  /// Written as base64.
  case bytes([UInt8])
  case list([QueryValue])
  /// Members in the order in which they are written; nil ones are left out.
  case structure([(String, QueryValue?)])

  /// A list of texts.
  public static func texts(_ values: some Sequence<String>) -> QueryValue { .list(values.map { .text($0) }) }

  /// Whether both are written alike.
  public static func == (left: QueryValue, right: QueryValue) -> Bool {
    QueryForm.flatten(left, "_", .ec2).elementsEqual(QueryForm.flatten(right, "_", .ec2)) { $0 == $1 }
  }
}

extension QueryValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A flag.
  public init(booleanLiteral value: Bool) { self = .flag(value) }
  /// A whole number.
  public init(integerLiteral value: Int64) { self = .number(value) }
  /// A list.
  public init(arrayLiteral elements: QueryValue...) { self = .list(elements) }
  /// A structure, in the order written.
  public init(dictionaryLiteral elements: (String, QueryValue?)...) { self = .structure(elements) }
}
