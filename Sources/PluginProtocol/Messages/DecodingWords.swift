/// What is wrong with a JSON value, in words that name the place.
public enum DecodingWords {
  /// Words for an error of decoding.
  public static func describe(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    switch error {
    case .keyNotFound(let key, let context): return "'\(path(context.codingPath + [key]))' is missing"
    case .valueNotFound(_, let context): return "'\(path(context.codingPath))' is null"
    case .typeMismatch(_, let context): return "'\(path(context.codingPath))' is of another type: \(context.debugDescription)"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty ? "it is no JSON object" : "'\(path(context.codingPath))': \(context.debugDescription)"
    @unknown default: return "\(error)"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    let words = keys.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }
    return words.isEmpty ? "the value" : words.joined(separator: ".").replacing(".[", with: "[")
  }
}
