import Basics
import Documents
import TrainingModel

/// Reads `gpu` and `resources`.
enum ResourceReader {
  static func read(_ reader: inout MappingReader, collector: DiagnosticCollector) -> ResourceNeed {
    var need = ResourceNeed()
    let gpu = reader.bool("gpu")
    if gpu == true { need.gpus = .all }
    guard var inner = reader.reader("resources") else { return need }
    if let gpus = gpus(&inner) { need.gpus = gpus }
    if gpu == false, need.gpus.isWanted, let node = inner.mapping["gpus"] ?? inner.mapping["gpu_ids"] {
      collector.add(node.diagnostic("'gpu: false' and 'resources' with GPUs contradict each other", hints: ["remove one of the two"]))
    }
    need.gpuType = inner.read("gpu_type", Values.word)
    need.cpuMillis = inner.read("cpu", Values.cpuMillis)
    need.memory = inner.read("memory", Values.size)
    need.sharedMemory = inner.read("shm", Values.size)
    need.disk = inner.read("disk", Values.size)
    inner.finish()
    return need
  }

  private static func gpus(_ inner: inout MappingReader) -> GPUNeed? {
    let ids: GPUNeed? = inner.read("gpu_ids") { (node, what) throws(SourceDiagnostic) in
      let ids = try Values.lines(node, what)
      guard !ids.isEmpty else { throw node.diagnostic("'\(what)' is empty") }
      return .ids(ids)
    }
    let count: GPUNeed? = inner.read("gpus") { (node, what) throws(SourceDiagnostic) in
      if node.scalarText == "all" { return .all }
      guard let count = Int(exactly: try node.int(what)), (0...1024).contains(count) else {
        throw node.unexpected(what, "a number from 0 to 1024, or `all`")
      }
      if ids != nil { throw node.diagnostic("'gpus' and 'gpu_ids' cannot both be given", hints: ["remove one of the two"]) }
      return count == 0 ? GPUNeed.none : .count(count)
    }
    return ids ?? count
  }
}
