import CExpat

/// Builds the tree of one document from what expat reports.
final class TreeBuilder {
  private let limits: XMLLimits
  private var open: [XMLNode] = []
  private var text: [UInt8] = []
  private var root: XMLNode?
  private var refusal: String?

  init(_ limits: XMLLimits) { self.limits = limits }

  func parse(_ bytes: [UInt8]) throws(XMLFault) -> XMLNode {
    guard bytes.count <= limits.bytes else {
      throw XMLFault(message: "the document is longer than \(limits.bytes) bytes", line: 0, column: 0)
    }
    guard let parser = XML_ParserCreate("UTF-8") else { throw XMLFault(message: "no memory for a parser", line: 0, column: 0) }
    defer { XML_ParserFree(parser) }
    ExpatCallbacks.connect(parser, to: self)
    let status = bytes.withUnsafeBytes { buffer in
      XML_Parse(parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: buffer.count), 1)
    }
    if let refusal { throw fault(refusal, parser) }
    guard status == XML_STATUS_OK, let root else {
      let words = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) }
      throw fault(words ?? "no element", parser)
    }
    return root
  }

  private func fault(_ message: String, _ parser: XML_Parser) -> XMLFault {
    XMLFault(
      message: message, line: Int(clamping: XML_GetCurrentLineNumber(parser)), column: Int(clamping: XML_GetCurrentColumnNumber(parser)) + 1
    )
  }

  /// - Returns: whether to go on.
  func begin(_ name: UnsafePointer<CChar>) -> Bool {
    guard open.count < limits.depth else { return refuse("elements stand more than \(limits.depth) deep") }
    text.removeAll(keepingCapacity: true)
    let whole = String(cString: name)
    open.append(XMLNode(whole.utf8.lastIndex(of: UInt8(ascii: ":")).map { String(whole[whole.utf8.index(after: $0)...]) } ?? whole))
    return true
  }

  func end() {
    guard var node = open.popLast() else { return }
    if node.children.isEmpty { node.text = String(decoding: text, as: UTF8.self) }
    text.removeAll(keepingCapacity: true)
    if open.isEmpty { root = node } else { open[open.count - 1].children.append(node) }
  }

  func add(_ bytes: UnsafeBufferPointer<CChar>) { text.append(contentsOf: UnsafeRawBufferPointer(bytes)) }

  /// - Returns: false: not to go on.
  func refuse(_ reason: String) -> Bool {
    refusal = reason
    return false
  }
}
