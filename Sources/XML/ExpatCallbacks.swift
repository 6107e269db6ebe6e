import CExpat

/// What expat calls: in a file of its own, so that no closure takes an actor's isolation with it into C.
///
/// The parser itself is handed to the handlers, so that they can stop it; it holds the builder, which outlives the parse.
enum ExpatCallbacks {
  static func connect(_ parser: XML_Parser, to builder: TreeBuilder) {
    XML_SetUserData(parser, Unmanaged.passUnretained(builder).toOpaque())
    XML_UseParserAsHandlerArg(parser)
    XML_SetElementHandler(parser, begin, end)
    XML_SetCharacterDataHandler(parser, characters)
    XML_SetStartDoctypeDeclHandler(parser, documentType)
  }

  private static let begin: XML_StartElementHandler = { parser, name, _ in
    guard let name, builder(parser)?.begin(name) == false else { return }
    stop(parser)
  }

  private static let end: XML_EndElementHandler = { parser, _ in builder(parser)?.end() }

  private static let characters: XML_CharacterDataHandler = { parser, bytes, count in
    builder(parser)?.add(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }

  private static let documentType: XML_StartDoctypeDeclHandler = { parser, _, _, _, _ in
    if builder(parser)?.refuse("the document declares a type of its own, which is not allowed") == false { stop(parser) }
  }

  private static func stop(_ parser: UnsafeMutableRawPointer?) {
    if let parser { XML_StopParser(OpaquePointer(parser), XML_Bool(0)) }
  }

  /// expat keeps the user data as the first word of a parser (the documented meaning of `XML_GetUserData`, a macro).
  private static func builder(_ parser: UnsafeMutableRawPointer?) -> TreeBuilder? {
    parser?.load(as: UnsafeMutableRawPointer?.self).map { Unmanaged<TreeBuilder>.fromOpaque($0).takeUnretainedValue() }
  }
}
