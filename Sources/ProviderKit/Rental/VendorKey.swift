public import Basics
public import TrainingModel

/// An API key as users hand it over: in a variable, or in a file that only they can read.
public struct VendorKey: Sendable {
  /// Where it is from, in words.
  public var source: String
  /// The key.
  public var key: Secret

  /// Finds a provider's key: in the file that its settings name, else in a variable. A variable that is set and empty is no key.
  /// - Parameters:
  ///   - file: the setting `key_file`; nil for none.
  ///   - making: how a key is made and handed over, for a shell.
  /// - Throws: code `unauthorised` when there is none.
  public static func find(
    of provider: ProviderID, file: String?, variable: String, in environment: [String: String], making: String,
    readFile: (String) throws(SystemError) -> [UInt8]
  ) throws(ProviderError) -> VendorKey {
    if let file {
      let path = Paths.resolve(file, from: "/", home: environment["HOME"])
      do throws(SystemError) {
        let text = String(decoding: try readFile(path), as: UTF8.self).trimmed()
        guard !text.isEmpty else { throw SystemError("find a key in", path, code: 0) }
        return VendorKey(source: path, key: Secret(text))
      } catch {
        throw ProviderError(
          .unauthorised, "the key file \(path) of provider '\(provider)' cannot be used: \(error.message)",
          hints: ["write the key into it: `install -m 600 /dev/stdin \(path)`"])
      }
    }
    if let key = environment[variable]?.trimmed(), !key.isEmpty { return VendorKey(source: variable, key: Secret(key)) }
    throw ProviderError(
      .unauthorised, "there is no API key for provider '\(provider)'", hints: [making, "or name a file: `key_file = \"…\"`"])
  }
}
