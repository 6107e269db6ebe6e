import Documents
import Testing
import YAML

@Suite("YAML: the mistakes people make")
struct YAMLMistakeTests {
  struct Slip: Sendable, CustomTestStringConvertible {
    let text: String
    /// Line and column of the caret.
    let place: String
    /// Part of the problem's words.
    let problem: String
    /// The mended line as the hint shows it, which must parse; nil when there is none to show.
    var mended: String?
    var testDescription: String { text.replacing("\n", with: "⏎").replacing("\t", with: "⇥") }
  }

  static let slips: [Slip] = [
    Slip(text: "name: x\n\timage: y\n", place: "2:1", problem: "indented with a tab"),
    Slip(text: "resources:\n\tgpus: 1\n", place: "2:1", problem: "indented with a tab"),
    Slip(text: "resources:\n  gpus: 1\n  \tcpu: 2\n", place: "3:3", problem: "indented with a tab"),
    Slip(
      text: "name: a\nentrypoint: \"python -c 'print(\"hello\")'\"\nimage: b\n", place: "2:31", problem: "ends here, but the line goes on",
      mended: #"entrypoint: "python -c 'print(\"hello\")'""#),
    Slip(text: "name: 'it's'\n", place: "1:10", problem: "ends here", mended: "name: 'it''s'"),
    Slip(text: "a: 1\nb: \"y\" z\n", place: "2:6", problem: "ends here", mended: "b: \"y z\""),
    Slip(text: "name mnist\nimage: x\n", place: "1:1", problem: "a colon is missing", mended: "name: mnist"),
    Slip(text: "image: x\nname mnist\n", place: "2:1", problem: "a colon is missing", mended: "name: mnist"),
    Slip(text: "image: x\nname mnist\ngpu: true\n", place: "2:1", problem: "a colon is missing", mended: "name: mnist"),
    Slip(text: "name:mnist\nimage: x\n", place: "1:5", problem: "a space is missing after this ':'", mended: "name: mnist"),
    Slip(text: "image: x\nname:mnist\n", place: "2:5", problem: "a space is missing after this ':'", mended: "name: mnist"),
    Slip(text: "tags:\n  - a\nb\n", place: "3:1", problem: "a colon is missing", mended: "b: value"),
    Slip(text: "name: \"abc\nimage: \"x\"\n", place: "1:7", problem: "closed only on line 2", mended: "name: \"abc\""),
    Slip(text: "a: 1\nname: \"abc\nimage: x\n", place: "2:7", problem: "never closed", mended: "name: \"abc\""),
    Slip(text: "tags: [a, b\nimage: x\n", place: "1:7", problem: "'[' is not closed", mended: "tags: [a, b]"),
    Slip(text: "env: {A: 1\nimage: x\n", place: "1:6", problem: "'{' is not closed", mended: "env: {A: 1}"),
    Slip(text: "tags: [\n  a,\n  b\nname: x\n", place: "1:7", problem: "missing before line 4"),
    Slip(text: "foo: {a: b}}\n", place: "1:12", problem: "closes nothing"),
    Slip(text: "a: 1\n}\n", place: "2:1", problem: "closes nothing"),
    Slip(text: "key: value: more\n", place: "1:11", problem: "a second ': '", mended: "key: \"value: more\""),
    Slip(text: "name: @x\n", place: "1:7", problem: "cannot begin with '@'", mended: "name: \"@x\""),
    Slip(text: "name: %x # why\n", place: "1:7", problem: "cannot begin with '%'", mended: "name: \"%x\""),
    Slip(text: "outputs: *.pt\n", place: "1:10", problem: "'*' repeats a value", mended: "outputs: \"*.pt\""),
    Slip(text: "outputs:\n  - *.pt\n", place: "2:5", problem: "'*' repeats a value", mended: "- \"*.pt\""),
    Slip(text: "outputs: [*.pt, a]\n", place: "1:11", problem: "'*' repeats a value", mended: "outputs: [\"*.pt\", a]"),
    Slip(text: "name: &.x\n", place: "1:7", problem: "'&' names a value", mended: "name: \"&.x\""),
    Slip(text: "a: *foo\n", place: "1:4", problem: "nothing above is called '&foo'"),
    Slip(text: "a: &x [*x]\n", place: "1:8", problem: "repeats the value it stands in"),
    Slip(text: "name: {{ x }}\n", place: "1:8", problem: "cannot be a key"),
    Slip(text: "name: [INFO] x\n", place: "1:14", problem: "text follows the closing ']'", mended: "name: \"[INFO] x\""),
    Slip(text: "name: }\n", place: "1:7", problem: "cannot begin with '}'", mended: "name: \"}\""),
    Slip(text: "a:\n  b: 1\n c: 2\n", place: "3:2", problem: "indentation matches no line"),
    Slip(text: "name: x\n  image: y\n", place: "2:3", problem: "indented more than the line above"),
    Slip(text: "name: x #y\n  z: 1\n", place: "2:3", problem: "indented more than the line above"),
    Slip(text: "  name: x\nimage: y\n", place: "2:1", problem: "indented less than the first"),
    Slip(text: "- a\nb: c\n", place: "2:1", problem: "no item of it", mended: "- b: c"),
    Slip(text: "a: - b\n", place: "1:4", problem: "a list item cannot stand", mended: "a: [b]"),
    Slip(text: "name: |x\n foo", place: "1:8", problem: "nothing may follow"),
    Slip(text: "a: \"C:\\Users\"\n", place: "1:9", problem: "no escape", mended: "a: 'C:\\Users'"),
    Slip(text: ": a\n: b\n", place: "1:1", problem: "a key is missing"),
    Slip(text: "a: b\n---\nc: d\n", place: "2:1", problem: "a second document"),
    Slip(text: "a: 1\nb: 2\na: 3\n", place: "3:1", problem: "given before, on line 1"),
    Slip(text: "a: !python/object x\n", place: "1:4", problem: "means nothing here"),
    Slip(text: "a: b\u{7}\n", place: "1:5", problem: "U+0007"),
  ]

  @Test("A slip gets its place, its words and a mended line that parses", arguments: slips)
  func slip(_ slip: Slip) throws {
    let error = try #require(throws: SourceDiagnostic.self) { try YAML.parse(SourceText(name: "t.yaml", text: slip.text)) }
    #expect(error.position?.description == slip.place, "\(error.rendered)")
    #expect(error.problem.contains(slip.problem), "\(error.rendered)")
    #expect(error.rendered.hasPrefix("t.yaml:\(slip.place): "))
    guard let mended = slip.mended else { return }
    #expect(error.hints.contains { $0.contains("`\(mended)`") }, "\(error.rendered)")
    #expect(throws: Never.self) { try YAML.parse(SourceText(name: "mended", text: mended)) }
  }

  @Test("Any cut of a file with every construct is read or refused with a place, never worse")
  func cuts() throws {
    let text = "name: \"a\\n\" # c\nlist:\n  - 'x'\n  - {a: [1, 2], b: &q z}\n  - *q\ntext: |\n  more\n\n  lines\n? k\n: v\n"
    let scalars = Array(text.unicodeScalars)
    for start in scalars.indices {
      for end in start..<scalars.count {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[..<start])
        view.append(contentsOf: scalars[end...])
        do { _ = try YAML.parse(SourceText(name: "t", text: String(view))) } catch { #expect(error.position != nil) }
      }
    }
  }
}
