/// What Package.swift declares: its targets, in order.
///
/// Read from the text, since asking the package manager would wait for the one that runs these tests.
struct Manifest {
  struct Target: Equatable {
    let name: String
    let folder: String
    let dependencies: Set<String>
  }

  let targets: [Target]

  init(_ text: String) {
    // The manifest's own words, such as module("Basics", ["CSupport"]).
    let short = text.matches(of: #/\b(system|module|plugin|root|tests)\(\s*"([^"]+)"(?:,\s*\[([^\]]*)\])?/#).map { match in
      let name = String(match.2)
      return (
        match.range.lowerBound, Target(name: name, folder: "\(Self.home(of: match.1))/\(name)", dependencies: Self.names(in: match.3))
      )
    }
    let long = text.matches(of: #/\.target\(\s*name: "([^"]+)",(?:\s*dependencies: \[([^\]]*)\],)?\s*path: "([^"]+)"/#).map { match in
      (match.range.lowerBound, Target(name: String(match.1), folder: String(match.3), dependencies: Self.names(in: match.2)))
    }
    targets = (short + long).sorted { $0.0 < $1.0 }.map(\.1)
  }

  func target(_ name: String) -> Target? { targets.first { $0.name == name } }

  private static func home(of word: Substring) -> String {
    switch word {
    case "plugin": "Plugins"
    case "tests": "Tests"
    default: "Sources"
    }
  }

  private static func names(in list: Substring?) -> Set<String> {
    Set((list ?? "").matches(of: #/"([^"]+)"/#).map { String($0.1) })
  }
}
