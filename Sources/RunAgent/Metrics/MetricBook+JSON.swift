import Basics
import FoundationEssentials
import TrainingModel

/// Written by hand: a running job's metrics are written over and over, and a general encoder takes ten times as long.
/// A test holds it to what `MetricsDocument` reads.
extension MetricBook {
  /// The text of `metrics.json`.
  func encoded(runID: String, tags: [String], recordedAt: Date) -> [UInt8] {
    var text = JSONText(capacity: 4_096 + series.values.reduce(0) { $0 + $1.samples.count * 80 })
    let names = series.keys.sorted()
    text.add("{\n  \"malformed_lines\" : \(malformedLines)")
    text.addObject("non_finite", names.compactMap { name in series[name].flatMap { $0.nonFinite > 0 ? (name, "\($0.nonFinite)") : nil } })
    text.add(",\n  \"recorded_at\" : \"\(Timestamp.format(recordedAt))\",\n  \"run_id\" : ")
    text.addString(runID)
    text.addObject("summary", names.compactMap { name in series[name]?.last.map { (name, Self.number($0)) } })
    text.add(",\n  \"tags\" : [")
    for (index, tag) in tags.enumerated() {
      if index > 0 { text.add(", ") }
      text.addString(tag)
    }
    text.add("]")
    text.addObject("thinned", names.compactMap { name in series[name].flatMap { $0.stride > 1 ? (name, "\($0.stride)") : nil } })
    text.add(",\n  \"time_series\" : {")
    addSeries(names, to: &text)
    text.add("\n  }\n}\n")
    return text.bytes
  }

  private func addSeries(_ names: [String], to text: inout JSONText) {
    var clock = TimeText()
    for (index, name) in names.enumerated() {
      text.add(index > 0 ? ",\n    " : "\n    ")
      text.addString(name)
      text.add(" : [")
      for (index, sample) in (series[name]?.samples ?? []).enumerated() {
        text.add(index > 0 ? ",\n{\"step\":" : "\n{\"step\":")
        text.add("\(sample.step)")
        text.add(",\"value\":")
        text.add(Self.number(sample.value))
        text.add(",\"time\":\"")
        text.add(clock.format(sample.milliseconds))
        text.add("\"}")
      }
      text.add("]")
    }
  }

  /// The shortest text that reads back as the same number.
  static func number(_ value: Double) -> String {
    if let whole = Int64(exactly: value), abs(whole) < 1 << 53 { return "\(whole)" }
    return "\(value)"
  }
}

/// Formats times that come in runs of the same millisecond.
private struct TimeText {
  private var milliseconds: Int64 = .min
  private var text = ""

  mutating func format(_ wanted: Int64) -> String {
    if wanted != milliseconds {
      milliseconds = wanted
      text = Timestamp.format(Date(timeIntervalSince1970: Double(wanted) / 1_000))
    }
    return text
  }
}

/// JSON as bytes that grow.
private struct JSONText {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func addString(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        add("\\u00")
        bytes.append(UInt8(ascii: byte >= 0x10 ? "1" : "0"))
        bytes.append(contentsOf: String(byte & 0x0F, radix: 16).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func addObject(_ name: String, _ members: [(String, String)]) {
    add(",\n  \"\(name)\" : {")
    for (index, member) in members.enumerated() {
      add(index > 0 ? ",\n    " : "\n    ")
      addString(member.0)
      add(" : ")
      add(member.1)
    }
    add(members.isEmpty ? "}" : "\n  }")
  }
}
