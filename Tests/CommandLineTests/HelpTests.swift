import CommandLineKit
import Testing

@Suite struct HelpTests {
  private func help(_ words: [String], width: Int) throws -> String {
    guard case .help(let path) = try Sample.root.request(words + ["--help"]) else { return "no help" }
    return HelpText(path: path, width: width).text
  }

  @Test("A command's help says everything, wrapped at the width")
  func command() throws {
    Snapshot.expect(try help(["train"], width: 70), is: "help-command-70.txt")
  }

  @Test("A group's help lists its commands and not the hidden ones")
  func group() throws {
    let text = try help([], width: 60)
    #expect(text.contains("  pilot <command>\n"))
    #expect(text.contains("  train    Train a model and wait for its end\n"))
    #expect(!text.contains("secretive"))
    #expect(try help(["config"], width: 60).contains("show  Show every setting (default)"))
  }

  @Test("No line is longer than the terminal, for every command and width", arguments: [40, 60, 80, 200])
  func widths(_ width: Int) throws {
    for words in [[], ["train"], ["config"], ["config", "set"]] {
      for line in try help(words, width: width).split(separator: "\n") where !line.hasPrefix("  pilot") {
        #expect(line.count <= min(width, 100), "\(line)")
      }
    }
  }

  @Test("The reference has a section for every shown command")
  func reference() {
    let page = CommandReference(root: Sample.root.outline, introduction: "# Commands of pilot").markdown
    for heading in ["## `pilot train`", "## `pilot config`", "### `pilot config show`", "### `pilot config set`"] {
      #expect(page.contains(heading + "\n"))
    }
    #expect(page.contains("| `--speed <speed>` | How fast (slow\\|fast; default: slow) |"))
    #expect(!page.contains("secretive"))
  }
}
