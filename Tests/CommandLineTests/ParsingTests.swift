import Basics
import CommandLineKit
import Testing

@Suite struct ParsingTests {
  struct Line: Sendable, CustomTestStringConvertible {
    let words: [String]
    let gives: String
    init(_ words: String, _ gives: String) {
      self.words = words.split(separator: " ").map { $0 == "''" ? "" : String($0) }
      self.gives = gives
    }
    var testDescription: String { words.joined(separator: " ") }
  }

  @Test(
    "Words become values",
    arguments: [
      Line("train a.py", "train: a.py"),
      Line("train --gpus 2 a.py", "train: a.py gpus=2"),
      Line("train --gpus=2 a.py", "train: a.py gpus=2"),
      Line("train a.py --gpus 2", "train: a.py gpus=2"),
      Line("train -g2 a.py", "train: a.py gpus=2"),
      Line("train -g=2 a.py", "train: a.py gpus=2"),
      Line("train -g 2 a.py", "train: a.py gpus=2"),
      Line("train --gpus -3 a.py", "train: a.py gpus=-3"),
      Line("train --gpus 2 --gpus 4 a.py", "train: a.py gpus=4"),
      Line("train -dqg4 a.py", "train: a.py gpus=4 detach quiet"),
      Line("train -dqp=here a.py", "train: a.py provider=here detach quiet"),
      Line("train a.py -5.5", "train: a.py data=-5.5"),
      Line("train a.py -.5", "train: a.py data=-0.5"),
      Line("train - --speed fast", "train: - speed=fast"),
      Line("train -t a --tag=b --label c x", "train: x tags=a+b+c"),
      Line("train --tag= x", "train: x tags="),
      Line("train --tag=a=b x", "train: x tags=a=b"),
      Line("train --file=-dash x", "train: x file=-dash"),
      Line("train --no-color x", "train: x no-color"),
      Line("train --no-color --color x", "train: x"),
      Line("train x --json", "train: x json"),
      Line("train x -- --lr 0.1 -- --help", "train: x -- --lr 0.1 -- --help"),
      Line("train --gpus 2 x 7 -- --gpus 3", "train: x data=7.0 gpus=2 -- --gpus 3"),
      Line("config set a 1 2 -3", "config set: a=[1, 2, -3]"),
      Line("config put a 1", "config set: a=[1]"),
      Line("config set -- a -3", "config set: a=[-3]"),
      Line("config", "config show: plain"),
      Line("config --origin", "config show: origin"),
      Line("secretive", "secretive: hidden ran"),
      Line("''", "! unknown command ''"),
    ])
  func words(_ line: Line) async {
    #expect(await Sample.outcome(line.words) == line.gives)
  }

  @Test(
    "Every slip is answered in one line",
    arguments: [
      Line("train", "! missing <script>"),
      Line("config set", "! missing <key> and <values>"),
      Line("config set a", "! missing <values>"),
      Line("config set a x", "! invalid value 'x' for '<values>': expected a whole number"),
      Line("train --gpu 2 a.py", "! unknown option '--gpu'; did you mean '--gpus'?"),
      Line("train --detatch a.py", "! unknown option '--detatch'; did you mean '--detach'?"),
      Line("train --zzzz a.py", "! unknown option '--zzzz'"),
      Line("train --mysteri a.py", "! unknown option '--mysteri'"),
      Line("train -x a.py", "! unknown option '-x'"),
      Line("train -dx a.py", "! unknown option '-x'"),
      Line("train --no-detach a.py", "! unknown option '--no-detach'; did you mean '--detach'?"),
      Line("train a.py --gpus", "! option '--gpus' needs a value: a whole number"),
      Line("train --gpus --detach a.py", "! option '--gpus' needs a value: a whole number"),
      Line("train a.py -g", "! option '-g' needs a value: a whole number"),
      Line("train --gpus two a.py", "! invalid value 'two' for '--gpus': expected a whole number"),
      Line("train -g two a.py", "! invalid value 'two' for '-g': expected a whole number"),
      Line("train --gpus= a.py", "! invalid value '' for '--gpus': expected a whole number"),
      Line("train --gpus 99999999999999999999 a.py", "! invalid value '99999999999999999999' for '--gpus': expected a whole number"),
      Line("train a.py nan", "! invalid value 'nan' for '<data>': expected a number"),
      Line("train --speed fats a.py", "! invalid value 'fats' for '--speed'; did you mean 'fast'?"),
      Line("train --speed medium a.py", "! invalid value 'medium' for '--speed': expected one of slow, fast"),
      Line("train --detach=yes a.py", "! option '--detach' takes no value"),
      Line("train -d=yes a.py", "! option '-d' takes no value"),
      Line("train --no-color=1 a.py", "! option '--no-color' takes no value"),
      Line("train a.py 1 extra", "! unexpected argument 'extra'"),
      Line("trian a.py", "! unknown command 'trian'; did you mean 'train'?"),
      Line("secretiv", "! unknown command 'secretiv'"),
      Line("config shwo", "! unknown command 'config shwo'; did you mean 'config show'?"),
      Line("config frobnicate", "! unknown command 'config frobnicate'"),
      Line("plugins", "! 'pilot plugins' needs a command: test"),
      Line("plugins --verbose", "! unknown option '--verbose'"),
      Line("--verbose train", "! unknown option '--verbose'"),
      Line("help trian", "! unknown command 'trian'; did you mean 'train'?"),
      Line("train --a\u{1B}[31m x", "! unknown option '--a\\u{1B}[31m'"),
    ])
  func slips(_ line: Line) async {
    #expect(await Sample.outcome(line.words) == line.gives)
  }

  @Test(
    "Help is asked for in many ways",
    arguments: [
      Line("", "help pilot"), Line("--help", "help pilot"), Line("-h", "help pilot"), Line("help", "help pilot"),
      Line("help train", "help pilot train"), Line("train --help", "help pilot train"), Line("train --bogus -h", "help pilot train"),
      Line("config --help", "help pilot config"), Line("help config set", "help pilot config set"),
      Line("config set --help", "help pilot config set"),
    ])
  func help(_ line: Line) async {
    #expect(await Sample.outcome(line.words) == line.gives)
  }

  @Test("Hints can be pasted, and the last one is the command's help")
  func hints() {
    func hints(_ words: [String]) -> [String] {
      do { _ = try Sample.root.request(words) } catch { return error.hints }
      return []
    }
    #expect(
      hints(["train", "a.py", "--lr", "0.1"]) == [
        "to pass it on to the job, write it after `--`: `pilot train … -- --lr`", "see `pilot train --help`",
      ])
    #expect(
      hints(["train", "--file", "--x"]) == [
        "for a value that begins with a dash, write `--file=--x`", "see `pilot train --help`",
      ])
    #expect(hints(["config", "shwo"]) == ["see `pilot config --help`"])
    #expect(UsageError(.missingCommand(["a"]), in: ["pilot"]).exitCode == .usage)
  }
}
