import Basics

extension KeyedDecodingContainer where Key == FieldKey {
  /// The value of a key; `usual` when it is missing or null, so that a small plugin need not say what is as always.
  func value<Value: Decodable>(_ key: FieldKey, else usual: Value) throws -> Value { try decodeIfPresent(Value.self, forKey: key) ?? usual }
}
