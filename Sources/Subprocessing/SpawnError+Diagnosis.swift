import Basics
import Glibc

extension SpawnError {
  /// Why `request` failed with `code`; `program` is the file that was to run. Looks at the disk: errno alone does not say which file was meant.
  static func diagnosing(_ code: Int32, program: String, request: SpawnRequest) -> SpawnError {
    if let folder = request.workingFolder, access(folder, X_OK) != 0 || !Files.isFolder(folder) {
      let reason = Files.exists(folder) && !Files.isFolder(folder) ? "it is no folder" : SystemError.reason(errno)
      return SpawnError(.workingFolder, "cannot run in \(folder): \(reason)")
    }
    let file = Paths.resolve(program, from: request.workingFolder ?? ".")
    switch code {
    case ENOENT, ENOTDIR: return missing(file)
    case EACCES, EPERM: return access(file, X_OK) != 0 || Files.isFolder(file) ? ProgramSearch.notExecutable(file) : forbidden(file)
    case ENOEXEC, ELIBBAD:
      return SpawnError(
        .notAProgram, "\(file) is no program for this machine, and has no `#!` line that names an interpreter",
        hints: ["begin a script with a line such as `#!/bin/sh`, or start it as `sh \(file)`"])
    case E2BIG: return tooLong(request)
    case EAGAIN, ENOMEM, EMFILE, ENFILE:
      return SpawnError(
        .exhausted, "cannot start \(file): \(SystemError.reason(code))", hints: ["compare `ulimit -u` with `ps -e | wc -l`"])
    default: return SpawnError(.other(code), "cannot start \(file): \(SystemError.reason(code))")
    }
  }

  private static func missing(_ file: String) -> SpawnError {
    guard Files.exists(file) else {
      return SpawnError(.programNotFound, "no program \(file)", hints: ["see what is there: `ls '\(Paths.parent(of: file))'`"])
    }
    guard let interpreter = scriptInterpreter(of: file) else {
      return SpawnError(
        .programNotFound, "\(file) is there, but the loader it was built for is not",
        hints: ["`file \(file)` shows what it was built for: probably another C library or architecture"])
    }
    return SpawnError(
      .programNotFound, "\(file) asks in its first line for the interpreter '\(interpreter)', which is not there",
      hints: interpreter.hasSuffix("\r")
        ? ["the file has Windows line ends: `sed -i 's/\\r$//' \(file)`"] : ["mend the first line of \(file)"])
  }

  private static func scriptInterpreter(of file: String) -> String? {
    guard let descriptor = try? Descriptor.open(file, O_RDONLY) else { return nil }
    var head = [UInt8](repeating: 0, count: 256)
    let count = head.withUnsafeMutableBytes { read(descriptor.raw, $0.baseAddress, $0.count) }
    guard count > 2, head.starts(with: Array("#!".utf8)) else { return nil }
    let line = head[2..<count].prefix { $0 != UInt8(ascii: "\n") }
    return String(decoding: line, as: UTF8.self).split(separator: " ").first.map(String.init)
  }

  private static func forbidden(_ file: String) -> SpawnError {
    SpawnError(
      .notExecutable, "the system refuses to run \(file)", hints: ["its disk may be mounted noexec: `findmnt -T \(file)` shows it"])
  }

  private static func tooLong(_ request: SpawnRequest) -> SpawnError {
    let arguments = request.arguments.reduce(0) { $0 + $1.utf8.count + 1 }
    let variables = request.environment.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 2 }
    return SpawnError(
      .tooLong,
      "the command line (\(ByteSize(bytes: Int64(arguments)))) and the environment (\(ByteSize(bytes: Int64(variables)))) are longer than the"
        + " system takes",
      hints: ["no single argument or variable may be longer than 128 KiB: hand long values over in a file"])
  }
}
