import Basics
import Glibc
public import TrainingModel

/// Facts about this machine and its user that a record holds. Cheap: a few system calls, no process.
public enum MachineFacts {
  /// The machine, by uname(2) and sysconf(3).
  public static func host() -> HostFacts {
    var name = utsname()
    uname(&name)
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let pageSize = sysconf(Int32(_SC_PAGESIZE))
    return HostFacts(
      hostname: text(of: name.nodename), os: "\(text(of: name.sysname)) \(text(of: name.release))", arch: text(of: name.machine),
      cpus: usableCPUs(), memoryBytes: pages > 0 && pageSize > 0 ? Int64(pages) * Int64(pageSize) : nil)
  }

  /// The login name: USER or LOGNAME, else what /etc/passwd says, else the numeric user id. A user database on the network is not asked.
  public static func user(environment: [String: String], passwd: String = "/etc/passwd") -> String {
    for key in ["USER", "LOGNAME"] {
      if let name = environment[key], !name.isEmpty { return name }
    }
    let own = "\(getuid())"
    for line in ((try? Files.readText(passwd, limit: 1 << 20)) ?? "").split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      if fields.count > 2, fields[2] == own { return String(fields[0]) }
    }
    return "uid \(own)"
  }

  private static func usableCPUs() -> Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// A C array of characters up to its NUL.
  private static func text<Tuple>(of tuple: Tuple) -> String {
    withUnsafeBytes(of: tuple) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
