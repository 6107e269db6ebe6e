import CYAML
import Documents

/// Owns one libyaml parser and its input.
struct EventReader: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private var lastScalar: Event?

  init(_ text: String) {
    parser = .allocate(capacity: 1)
    yaml_parser_initialize(parser)
    let bytes = Array(text.utf8)
    input = .allocate(capacity: bytes.count + 1)
    _ = input.initialize(from: bytes + [0])
    yaml_parser_set_input_string(parser, UnsafePointer(input.baseAddress), bytes.count)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  /// The next event, or how the parser gave up.
  mutating func next() -> Result<Event, FailureBox> {
    var raw = yaml_event_t()
    guard yaml_parser_parse(parser, &raw) == 1 else { return .failure(FailureBox(failure: failure())) }
    defer { yaml_event_delete(&raw) }
    let event = Event(kind: Self.kind(of: raw), start: Self.position(raw.start_mark), end: Self.position(raw.end_mark))
    if case .scalar = event.kind { lastScalar = event }
    return .success(event)
  }

  private func failure() -> Failure {
    Failure(
      problem: parser.pointee.problem.map { String(cString: $0) } ?? "the parser ran out of memory",
      position: Self.position(parser.pointee.problem_mark),
      context: parser.pointee.context.map { String(cString: $0) } ?? "",
      contextPosition: Self.position(parser.pointee.context_mark),
      lastScalar: lastScalar)
  }

  private static func position(_ mark: yaml_mark_t) -> SourcePosition {
    SourcePosition(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  private static func kind(of raw: yaml_event_t) -> Event.Kind {
    switch raw.type {
    case YAML_STREAM_START_EVENT: .streamStart
    case YAML_DOCUMENT_START_EVENT: .documentStart
    case YAML_DOCUMENT_END_EVENT: .documentEnd
    case YAML_SEQUENCE_END_EVENT: .sequenceEnd
    case YAML_MAPPING_END_EVENT: .mappingEnd
    case YAML_ALIAS_EVENT: .alias(text(raw.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT: .scalar(scalar(raw))
    case YAML_SEQUENCE_START_EVENT:
      .sequenceStart(Event.Properties(anchor: text(raw.data.sequence_start.anchor), tag: text(raw.data.sequence_start.tag)))
    case YAML_MAPPING_START_EVENT:
      .mappingStart(Event.Properties(anchor: text(raw.data.mapping_start.anchor), tag: text(raw.data.mapping_start.tag)))
    default: .streamEnd
    }
  }

  private static func scalar(_ raw: yaml_event_t) -> Event.Scalar {
    let scalar = raw.data.scalar
    let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
    let style: Event.Style =
      switch scalar.style {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
      case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
      case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
      default: .plain
      }
    return Event.Scalar(
      text: String(decoding: bytes, as: UTF8.self), style: style,
      properties: Event.Properties(anchor: text(scalar.anchor), tag: text(scalar.tag)))
  }

  private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? { pointer.map { String(cString: $0) } }
}

/// Lets a failure travel in a `Result`.
struct FailureBox: Error {
  let failure: Failure
}
