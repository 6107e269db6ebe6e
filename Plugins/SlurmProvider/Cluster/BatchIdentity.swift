import Basics
import ProviderKit
import TrainingModel

/// What a job is called and what it waits for, whichever way it is submitted. Pure.
struct BatchIdentity: Sendable, Equatable {
  /// The job's name, by which it is found again.
  let name: String
  /// The ownership tags, as a comment.
  let comment: String
  /// As `--dependency` takes it. Should a lost answer ever make two of a job, they do not run side by side; the second finds the first one's record.
  let dependency: String
  /// Its part in an array; nil for a job by itself.
  let part: BatchRequest.Part?

  init(_ order: RentalOrder) {
    guard let sweep = order.sweep else {
      (name, comment, dependency) = (ClusterJob.name(order.name, order.token), JobTags.text(order.tags), "singleton")
      part = nil
      return
    }
    // One name and one comment for all tasks, from which each task's number makes its own.
    var tags = order.tags
    for key in ClusterJob.counted { tags[key] = tags[key].map { SweepMember.base(of: $0) } }
    comment = JobTags.text(tags)
    name = ClusterJob.name(ClusterJob.prefix + sweep.label, LaunchToken(SweepMember.base(of: order.token.value)))
    let earlier = ClusterJob.arrays(sweep.after.map(\.rawValue)).map { "afterany:\($0)" }
    dependency = (["singleton"] + earlier).joined(separator: ",")
    part = BatchRequest.Part(index: sweep.index, parallel: sweep.parallel)
  }
}
