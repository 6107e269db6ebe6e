import Glibc

/// The environment that this process was started with.
public enum ProcessEnvironment {
  /// All variables, read anew. Foundation's `ProcessInfo` gives the same, a tenth of a millisecond later at the first call.
  public static func read() -> [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      next = next.advanced(by: 1)
      guard let equals = strchr(entry, 61) else { continue }
      let name = UnsafeBufferPointer(start: entry, count: entry.distance(to: equals))
      variables[String(decoding: UnsafeRawBufferPointer(name), as: UTF8.self)] = String(cString: equals + 1)
    }
    return variables
  }
}
