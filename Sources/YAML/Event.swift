import Documents

/// What the parser reports, in Swift values.
struct Event {
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd, sequenceEnd, mappingEnd
    case alias(String)
    case scalar(Scalar)
    case sequenceStart(Properties)
    case mappingStart(Properties)
  }

  /// The name a node can be repeated by, and its tag.
  struct Properties {
    var anchor: String?
    var tag: String?
  }

  struct Scalar {
    var text: String
    var style: Style
    var properties: Properties
  }

  enum Style { case plain, singleQuoted, doubleQuoted, block }

  let kind: Kind
  let start: SourcePosition
  let end: SourcePosition
}

/// How the parser gave up, before it is put into words.
struct Failure {
  let problem: String
  let position: SourcePosition
  /// What it was doing: "while parsing a block mapping".
  let context: String
  /// Where that began.
  let contextPosition: SourcePosition
  /// The last scalar it had read, which tells most mistakes apart.
  let lastScalar: Event?
}
