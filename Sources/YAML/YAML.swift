public import Documents
public import FoundationEssentials

/// Reads and writes YAML: libyaml's syntax (1.1), the core schema of YAML 1.2 for what plain words mean.
///
/// Only `true` and `false` are booleans, `1e-4` is a number, whatever is quoted is text. One document a file; no custom tags.
public enum YAML {
  /// Reads a file's bytes. An empty document is a null node.
  ///
  /// - Parameter name: what messages call the file.
  /// - Throws: a finding with place, line and a way to mend it.
  public static func parse(_ bytes: Data, name: String, limits: DocumentLimits = DocumentLimits()) throws(SourceDiagnostic) -> Node {
    try parse(try SourceText.decoding(bytes, name: name, limit: limits.bytes), limits: limits)
  }

  /// Reads a text. An empty document is a null node.
  /// - Throws: a finding with place, line and a way to mend it.
  public static func parse(_ source: SourceText, limits: DocumentLimits = DocumentLimits()) throws(SourceDiagnostic) -> Node {
    var composer = Composer(source: source, limits: limits)
    return try composer.document()
  }

  /// Writes a value as block YAML that ``parse(_:limits:)`` reads back as the same value.
  public static func text(of node: Node) -> String {
    var emitter = Emitter()
    return emitter.document(node)
  }
}
