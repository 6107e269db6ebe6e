import Basics
public import TrainingModel

/// One thing that is charged for.
public struct WireMeter: Sendable, Codable, Equatable {
  /// The meter.
  public var meter: Meter

  /// A meter.
  public init(_ meter: Meter) { self.meter = meter }

  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    meter = Meter(
      try values.decode(Meter.Kind.self, forKey: "kind"), try values.decode(String.self, forKey: "name"),
      hourly: try values.decodeIfPresent(WireMoney.self, forKey: "hourly")?.money, isCeiling: try values.value("isCeiling", else: false),
      source: try values.decodeIfPresent(String.self, forKey: "source"), asOf: try values.decodeIfPresent(String.self, forKey: "asOf"),
      minimumSeconds: try values.value("minimumSeconds", else: 0), span: try values.value("span", else: .existing))
  }

  /// As an object; what is as always is left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: FieldKey.self)
    try values.encode(meter.kind, forKey: "kind")
    try values.encode(meter.name, forKey: "name")
    try values.encodeIfPresent(meter.hourly.map { WireMoney($0) }, forKey: "hourly")
    if meter.isCeiling { try values.encode(true, forKey: "isCeiling") }
    try values.encodeIfPresent(meter.source, forKey: "source")
    try values.encodeIfPresent(meter.asOf, forKey: "asOf")
    if meter.minimumSeconds != 0 { try values.encode(meter.minimumSeconds, forKey: "minimumSeconds") }
    try values.encode(meter.span, forKey: "span")
  }
}
