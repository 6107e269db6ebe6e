/// Just before or just after something that a program does for good.
struct KillPoint: Sendable, CustomStringConvertible {
  let number: Int
  let isAfter: Bool
  var description: String { "\(isAfter ? "after" : "before") \(number)" }
}
