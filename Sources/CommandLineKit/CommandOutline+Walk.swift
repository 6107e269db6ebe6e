extension CommandOutline {
  /// One command of the tree with the words that name it.
  struct Place {
    /// The words, the program's first.
    let path: [String]
    let command: CommandOutline
  }

  /// Every shown command and group, depth first, this one first.
  func places(above: [String] = []) -> [Place] {
    let path = above + [name]
    return [Place(path: path, command: self)] + visibleChildren.flatMap { $0.places(above: path) }
  }

  /// The command that a group's options belong to when none is named.
  var effective: CommandOutline { visibleChildren.first { $0.name == defaultChild } ?? self }
}

extension Parameter {
  /// Every way to type it, with dashes.
  var spellings: [String] {
    guard isOption else { return [] }
    return longNames.map { "--\($0)" } + (short.map { ["-\($0)"] } ?? []) + (isNegatable ? ["--no-\(name)"] : [])
  }
}
