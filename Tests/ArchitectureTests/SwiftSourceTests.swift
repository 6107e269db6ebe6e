import Testing

@Suite("Swift source, read for its shape")
struct SwiftSourceTests {
  private func code(_ text: String) -> String { SwiftSource(path: "a.swift", text: text).code }
  private func functions(_ text: String) -> [SwiftFunction] { SwiftSource(path: "a.swift", text: text).functions }

  @Test(
    "comments and strings become blanks of the same length",
    arguments: [
      ("a // b {", "a       "), ("a /* b /* c */ d */ e", "a                   e"), (#"a "b\"{" c"#, "a        c"),
      (##"a #"b"{"# c"##, "a         c"), (#""\(x + "y")""#, #"   x +    ) "#), ("#/\"{/# a", "       a"),
      ("a \"\"\"\n{\"\n\"\"\" b", "a    \n  \n    b"),
    ])
  func blanks(text: String, expected: String) {
    #expect(code(text) == expected)
  }

  @Test("functions are found with their lines")
  func finding() {
    let found = functions(
      """
      struct A {
        var stored = [1, 2]
        var computed: Int { 1 }
        var long: Int {
          get { "}".count }
        }
        init(a: Int = { 1 }()) {
          self.init()
        }
        func generic<T>(_ body: (T) -> Void)
          async throws -> [T] where T: Sendable
        {
          if true { body(1) }
        }
        deinit { close() }
        subscript(i: Int) -> Int { i }
      }
      """)
    #expect(
      found == [
        SwiftFunction(line: 3, name: "var computed: Int ", lineCount: 1), SwiftFunction(line: 4, name: "var long: Int ", lineCount: 3),
        SwiftFunction(line: 7, name: "init", lineCount: 3), SwiftFunction(line: 10, name: "func generic<T>", lineCount: 5),
        SwiftFunction(line: 15, name: "deinit ", lineCount: 1), SwiftFunction(line: 16, name: "subscript", lineCount: 1),
      ])
  }

  @Test("requirements of a protocol have no body, and take none from what follows")
  func requirements() {
    let found = functions("protocol P {\n  func a() -> Int\n  var b: Int { get }\n  init()\n}\nstruct S {\n}\n")
    #expect(found.map(\.name) == ["var b: Int "])
  }
}
