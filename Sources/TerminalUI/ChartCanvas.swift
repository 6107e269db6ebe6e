/// A field of dots that becomes characters: eight dots a character in braille, or one mark a character in ASCII.
struct ChartCanvas {
  let columns: Int
  let rows: Int
  private let isBraille: Bool
  private var dots: [UInt8]
  private var owners: [Int]

  init(columns: Int, rows: Int, braille: Bool) {
    self.columns = columns
    self.rows = rows
    isBraille = braille
    dots = Array(repeating: 0, count: columns * rows)
    owners = Array(repeating: 0, count: columns * rows)
  }

  /// Dots across.
  var width: Int { columns * (isBraille ? 2 : 1) }
  /// Dots down.
  var height: Int { rows * (isBraille ? 4 : 1) }

  /// Braille patterns (Unicode block 2800): dots 1, 2, 3, 7 on the left and 4, 5, 6, 8 on the right, from the top.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
  private static let marks: [Character] = ["*", "+", "o", "x", "#", "@", "%", "="]

  /// Sets one dot; `y` counts from the bottom. The last owner of a character colours it.
  mutating func set(x: Int, y: Int, owner: Int) {
    guard x >= 0, y >= 0, x < width, y < height else { return }
    let down = height - 1 - y
    let cell = isBraille ? down / 4 * columns + x / 2 : down * columns + x
    dots[cell] |= isBraille ? Self.bits[down % 4][x % 2] : 1
    owners[cell] = owner
  }

  /// Sets the dots between two places (Bresenham's line).
  mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int), owner: Int) {
    var (x, y) = start
    let acrossStep = x < end.x ? 1 : -1
    let upStep = y < end.y ? 1 : -1
    let across = abs(end.x - x)
    let up = -abs(end.y - y)
    var error = across + up
    while true {
      set(x: x, y: y, owner: owner)
      if x == end.x && y == end.y { return }
      let doubled = 2 * error
      if doubled >= up {
        error += up
        x += acrossStep
      }
      if doubled <= across {
        error += across
        y += upStep
      }
    }
  }

  /// The mark that shows a series where there is no colour.
  static func mark(_ owner: Int) -> Character { marks[owner % marks.count] }

  /// One row of characters, coloured by owner.
  func row(_ row: Int, paint: (String, Int) -> String) -> String {
    var text = ""
    var piece = ""
    var pieceOwner: Int?
    func flush() {
      if !piece.isEmpty { text += pieceOwner.map { paint(piece, $0) } ?? piece }
      piece = ""
    }
    for cell in (row * columns)..<((row + 1) * columns) {
      let owner = dots[cell] == 0 ? nil : owners[cell]
      if owner != pieceOwner { flush() }
      pieceOwner = owner
      piece.append(glyph(cell))
    }
    flush()
    return text
  }

  private func glyph(_ cell: Int) -> Character {
    guard dots[cell] != 0 else { return " " }
    if isBraille, let scalar = Unicode.Scalar(0x2800 + UInt32(dots[cell])) { return Character(scalar) }
    return Self.mark(owners[cell])
  }
}
