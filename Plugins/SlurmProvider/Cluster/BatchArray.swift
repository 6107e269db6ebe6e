import Basics
import TrainingModel

/// The jobs of a sweep as one job array: one submission, whose tasks are the runs. Pure.
enum BatchArray {
  /// One job of many.
  ///
  /// Each task finds its own script in the array's, by its number: nothing has to be put anywhere first, and who may not read the one may read none.
  /// - Returns: nil for jobs that are not alike, or no parts of a sweep.
  static func request(of jobs: [BatchRequest]) -> BatchRequest? {
    guard let first = jobs.first, let parallel = first.part?.parallel else { return nil }
    let tasks = jobs.compactMap(\.part?.index)
    let isAlike = jobs.allSatisfy {
      $0.name == first.name && $0.options == first.options && $0.properties == first.properties && $0.part?.parallel == parallel
    }
    guard isAlike, tasks.count == jobs.count, Set(tasks).count == tasks.count else { return nil }
    var array = first
    array.part = nil
    let indexes = "\(ranges(tasks))%\(parallel)"
    if first.properties == nil { array.options.append("--array=\(indexes)") } else { array.properties?["array"] = .string(indexes) }
    array.script = script(jobs)
    return array
  }

  /// `0-3,5`
  static func ranges(_ numbers: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
  }

  /// The numbers in `0-3,5%2`, in `0-8:4`, and, as far as it goes, in `0-3,...`.
  static func numbers(in text: String) -> [Int] {
    text.prefix { $0 != "%" }.split(separator: ",").flatMap { part -> [Int] in
      let halves = part.split(separator: ":")
      let ends = (halves.first ?? "").split(separator: "-").compactMap { Int($0) }
      let step = halves.count > 1 ? Int(halves[1]) ?? 1 : 1
      guard let first = ends.first, let last = ends.last, first <= last, last < SweepMember.most * 64, step > 0 else { return [] }
      return Array(stride(from: first, through: last, by: step))
    }
  }

  private static func script(_ jobs: [BatchRequest]) -> String {
    let cases = jobs.map { job in "\(job.part?.index ?? 0))\n\(job.script)\n;;\n" }
    return """
      #!/bin/sh
      # RunPilot, the runs of a sweep: each task is one of them.
      case "$SLURM_ARRAY_TASK_ID" in
      \(cases.joined())*) exit 64 ;;
      esac

      """
  }
}
