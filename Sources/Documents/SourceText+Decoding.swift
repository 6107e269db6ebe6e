import Basics
public import FoundationEssentials

extension SourceText {
  /// Makes text of a file's bytes, refusing what cannot be a configuration: too large, binary, or not UTF-8.
  ///
  /// - Parameter limit: the most bytes to accept.
  public static func decoding(_ bytes: Data, name: String, limit: Int) throws(SourceDiagnostic) -> SourceText {
    guard bytes.count <= limit else { throw tooLarge(name, limit: limit) }
    let content = try withoutMark(bytes, name: name)
    if let zero = content.firstIndex(of: 0) {
      let position = position(of: content.prefix(upTo: zero))
      throw SourceDiagnostic(
        file: name, position: position, problem: "this is a binary file: it holds a zero byte",
        hints: ["is it the right file? `file '\(name)'`"])
    }
    guard let text = String(validating: content, as: UTF8.self) else { throw notUTF8(content, name: name) }
    return SourceText(name: name, text: text)
  }

  /// The refusal of a file that is too large, also for callers that do not read it to its end.
  public static func tooLarge(_ name: String, limit: Int) -> SourceDiagnostic {
    SourceDiagnostic(
      file: name, position: nil, problem: "the file is too large for a configuration: it may have \(ByteSize(bytes: Int64(limit)))",
      hints: ["is it the right file? `head -c 300 '\(name)'`"])
  }

  /// Drops the mark that some editors put first; other encodings have marks of their own.
  private static func withoutMark(_ bytes: Data, name: String) throws(SourceDiagnostic) -> Data {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Data(bytes.dropFirst(3)) }
    guard bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) else { return bytes }
    throw SourceDiagnostic(
      file: name, position: .start, problem: "the file is written in UTF-16, and must be UTF-8",
      hints: ["convert it: `iconv -f UTF-16 -t UTF-8 '\(name)' > new-file`"])
  }

  private static func notUTF8(_ content: Data, name: String) -> SourceDiagnostic {
    let good = validPrefix(of: content)
    let source = SourceText(name: name, text: String(decoding: content, as: UTF8.self))
    let byte = content[content.startIndex + good]
    return source.diagnostic(
      "this is not UTF-8: byte 0x\(String(byte, radix: 16, uppercase: true)) cannot stand here",
      at: position(of: content.prefix(good)),
      hints: ["if the file is in Latin-1, convert it: `iconv -f LATIN1 -t UTF-8 '\(name)' > new-file`"])
  }

  /// How many bytes from the start are well-formed UTF-8.
  private static func validPrefix(of content: Data) -> Int {
    var parser = Unicode.UTF8.ForwardParser()
    var bytes = content.makeIterator()
    var length = 0
    while case .valid(let encoded) = parser.parseScalar(from: &bytes) { length += encoded.count }
    return length
  }

  /// The place just behind `prefix`, which is well-formed.
  private static func position(of prefix: Data) -> SourcePosition {
    var position = SourcePosition.start
    for byte in prefix {
      if byte == 0x0A {
        position = SourcePosition(line: position.line + 1, column: 1)
      } else if byte & 0xC0 != 0x80 {
        position.column += 1
      }
    }
    return position
  }
}
