import Basics
import FoundationEssentials
import Testing

@Suite("Small values")
struct ValueTests {
  @Test("A secret shows itself to nobody: not to print, dump, reflection, or a containing value")
  func secret() {
    struct Holder { var token = Secret("hunter2-hunter2") }
    let holder = Holder()
    var dumped = ""
    dump(holder, to: &dumped)
    for text in [dumped, "\(holder)", String(reflecting: holder), "\(holder.token)", String(reflecting: holder.token)] {
      #expect(!text.contains("hunter2"))
    }
    #expect(holder.token.withExposed { $0 } == "hunter2-hunter2")
  }

  @Test("JSON values keep whole numbers whole and survive the round trip")
  func json() throws {
    let text = #"{"a":[1,2.5,true,null,"x"],"big":9007199254740993,"o":{"k":false}}"#
    let value = try JSON.decode(JSONValue.self, from: Data(text.utf8))
    #expect(value["big"] == .int(9_007_199_254_740_993))
    #expect(value["a"]?.arrayValue?[2] == .bool(true))
    #expect(String(decoding: try JSON.encode(value, compact: true), as: UTF8.self) == text)
  }

  @Test("Plain text of values is what a command line would carry")
  func plainText() {
    #expect(JSONValue.array([.int(1), .string("b"), .bool(false)]).plainText == "1,b,false")
    #expect(JSONValue.double(0.5).plainText == "0.5")
  }

  @Test("UUIDs of version 7 sort by time, are marked as such and do not repeat")
  func uuid() {
    var random = SystemRandomNumberGenerator()
    let early = Date(timeIntervalSince1970: 1_700_000_000)
    let made = (0..<200).map { UUID.v7(at: early.addingTimeInterval(Double($0)), using: &random).uuidString }
    #expect(made == made.sorted())
    #expect(Set(made).count == made.count)
    for uuid in made {
      let characters = Array(uuid)
      #expect(characters[14] == "7")
      #expect("89AB".contains(characters[19]))
    }
  }

  @Test(
    "The nearest known word is suggested, and none when nothing is near",
    arguments: [
      ("porvider", "provider"), ("entry_point", "entrypoint"), ("imgae", "image"), ("env-file", "env_file"), ("res", "resources"),
      ("zzz", nil),
    ]
      as [(String, String?)])
  func suggestion(_ typed: String, _ expected: String?) {
    #expect(Suggestion.nearest(to: typed, among: ["provider", "entrypoint", "image", "env_file", "resources"]) == expected)
  }

  @Test(
    "Edit distance counts a swap of neighbours as one",
    arguments: [("", "", 0), ("abc", "", 3), ("abc", "acb", 1), ("kitten", "sitting", 3)])
  func distance(_ left: String, _ right: String, _ count: Int) {
    #expect(Suggestion.editDistance(left, right) == count)
    #expect(Suggestion.editDistance(right, left) == count)
  }

  @Test("Clean-up runs to its end in a cancelled task")
  func uncancelledWork() async {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await uncancelled { !Task.isCancelled }
    }
    #expect(await task.value)
  }
}
