import Documents
import FoundationEssentials
import TrainingModel

/// Reads the keys of a run file that concern rented machines.
enum RentalReader {
  /// Reads them, and marks them as known.
  static func read(_ reader: inout MappingReader, collector: DiagnosticCollector) -> RentalWishes {
    var wishes = RentalWishes()
    wishes.spot = reader.bool("spot") ?? false
    wishes.maxPrice = reader.read("max_price") { (node, what) throws(SourceDiagnostic) in try money(node, what) }
    wishes.maxCost = reader.read("max_cost") { (node, what) throws(SourceDiagnostic) in try money(node, what) }
    wishes.idleTimeoutSeconds =
      reader.read("idle_timeout") { (node, what) throws(SourceDiagnostic) in try Values.seconds(node, what, allowsOff: true) } ?? nil
    wishes.retries =
      reader.read("retries") { (node, what) throws(SourceDiagnostic) in try whole(node, what, 0...100) } ?? 0
    wishes.nodes = reader.read("nodes") { (node, what) throws(SourceDiagnostic) in try whole(node, what, 1...10_000) } ?? 1
    wishes.checkpoint = checkpoint(&reader, collector)
    return wishes
  }

  private static func checkpoint(_ reader: inout MappingReader, _ collector: DiagnosticCollector) -> CheckpointWish? {
    guard var inner = reader.reader("checkpoint") else { return nil }
    let directory = inner.read("dir") { (node, what) throws(SourceDiagnostic) in
      let path = try Values.line(node, what)
      guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
        throw node.diagnostic("'\(path)' leads out of the working directory", hints: ["write it relative to the job's working directory"])
      }
      return path
    }
    let keep = inner.read("keep") { (node, what) throws(SourceDiagnostic) in try whole(node, what, 1...1_000_000) }
    let flag = inner.read("resume_flag", Values.line)
    inner.finish()
    guard let directory else {
      if inner.mapping.isMissing("dir") {
        collector.add(inner.node.diagnostic("'checkpoint.dir' is missing", hints: ["write `dir: checkpoints`"]))
      }
      return nil
    }
    return CheckpointWish(directory: directory, keep: keep, resumeFlag: flag)
  }

  /// An amount of US dollars, exactly as written: never through a floating-point number.
  static func money(_ node: Node, _ what: String) throws(SourceDiagnostic) -> Money {
    var text = try node.text(what)
    for suffix in [" USD", "USD"] where text.hasSuffix(suffix) { text.removeLast(suffix.count) }
    if text.hasPrefix("$") { text.removeFirst() }
    let digits = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(digits.count), digits.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      text.utf8.count <= 20, let amount = Decimal(string: text), amount > 0
    else {
      throw node.diagnostic("'\(what)' must be an amount of US dollars, not '\(try node.text(what))'", hints: ["write such as `5.00`"])
    }
    return Money(amount)
  }

  private static func whole(_ node: Node, _ what: String, _ range: ClosedRange<Int64>) throws(SourceDiagnostic) -> Int64 {
    let number = try node.int(what)
    guard range.contains(number) else {
      throw node.diagnostic("'\(what)' must be between \(range.lowerBound) and \(range.upperBound), not \(number)")
    }
    return number
  }
}
