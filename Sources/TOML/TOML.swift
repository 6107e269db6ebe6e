public import Documents
public import FoundationEssentials

/// Reads TOML 1.0 (https://toml.io/en/v1.0.0), with the place of every key and value.
public enum TOML {
  /// Reads a file's bytes into a mapping.
  ///
  /// - Parameter name: what messages call the file.
  /// - Throws: a finding with place, line and a way to mend it.
  public static func parse(_ bytes: Data, name: String, limits: DocumentLimits = DocumentLimits()) throws(SourceDiagnostic) -> Node {
    try parse(try SourceText.decoding(bytes, name: name, limit: limits.bytes), limits: limits)
  }

  /// Reads a text into a mapping.
  /// - Throws: a finding with place, line and a way to mend it.
  public static func parse(_ source: SourceText, limits: DocumentLimits = DocumentLimits()) throws(SourceDiagnostic) -> Node {
    var parser = Parser(source: source, limits: limits)
    return try parser.document()
  }
}
