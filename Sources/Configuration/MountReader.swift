import Documents

/// Reads `mounts {name: path | {source, target, read_only}}`.
enum MountReader {
  static func read(_ reader: inout MappingReader, collector: DiagnosticCollector) -> [RunSettings.MountWish] {
    guard let mounts = reader.reader("mounts") else { return [] }
    return mounts.mapping.entries.compactMap { entry in
      entry.value.isNull ? nil : wish(entry, path: mounts.name(entry.key), collector: collector)
    }
  }

  private static func wish(_ entry: Mapping.Entry, path: String, collector: DiagnosticCollector) -> RunSettings.MountWish? {
    guard !entry.key.isEmpty, !entry.key.contains("/"), entry.key != ".", entry.key != ".." else {
      collector.add(entry.diagnostic("'\(entry.key)' cannot be the name of a mount", hints: ["write `mounts: {data: ./data}`"]))
      return nil
    }
    if entry.value.scalarText != nil {
      guard let source = collector.attempt({ () throws(SourceDiagnostic) in try Values.line(entry.value, path) }) else { return nil }
      return RunSettings.MountWish(name: entry.key, source: source, target: nil, readOnly: false, node: entry.value)
    }
    guard var inner = MappingReader(entry.value, path: path, collector: collector) else { return nil }
    let source = inner.read("source", Values.line)
    let target = inner.read("target", Values.line)
    let readOnly = inner.bool("read_only") ?? false
    inner.finish()
    guard let source else {
      if inner.mapping["source"] == nil { collector.add(entry.diagnostic("'\(path)' needs a 'source'")) }
      return nil
    }
    return RunSettings.MountWish(name: entry.key, source: source, target: target, readOnly: readOnly, node: entry.value)
  }
}
