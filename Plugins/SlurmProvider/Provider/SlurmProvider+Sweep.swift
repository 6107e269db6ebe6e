import Basics
public import ProviderKit
public import TrainingModel

extension SlurmProvider: SweepRenting {
  /// Each run of a request holds files open until it is sent, and the script of all has to pass (`max_script_size`, 4 MiB where nothing is set).
  static let mostTasks = 400

  /// As the cluster allows; what is more goes out as further arrays, each of which waits for the one before it.
  public func sweepLimit() async throws(ProviderError) -> Int? {
    var longest = try await cluster().longestArray
    if let own = settings.arrayLimit { longest = min(longest, own) }
    return longest > 0 ? min(longest, Self.mostTasks) : nil
  }

  /// Submits one array, unless one of its name is there.
  public func launch(sweep: [ComposedLaunch]) async throws(ProviderError) -> [Resource] {
    var jobs: [BatchRequest] = []
    for launch in sweep { jobs.append(try Self.batch(launch)) }
    guard let array = BatchArray.request(of: jobs), let place = sweep.first?.place else {
      throw ProviderError(.invalidRequest, "the jobs of the sweep are not alike, and cannot be one array")
    }
    let (number, known) = try await submitted(array: array)
    return jobs.map { job in
      let id = "\(number)_\(job.part?.index ?? 0)"
      if let known = known.first(where: { $0.id == id }) { return known.resource(provider: self.id, cluster: place.account) }
      var resource = Resource(id: ResourceID(id), provider: self.id, kind: "machine", state: .starting)
      (resource.name, resource.place) = (array.name, place)
      return resource
    }
  }

  private func submitted(array: BatchRequest) async throws(ProviderError) -> (number: String, known: [ClusterJob]) {
    do throws(ProviderError) { return try await submitted(array) } catch {
      // "Invalid job array specification" (ESLURM_INVALID_ARRAY): longer than MaxArraySize, where nobody tells it.
      guard error.message.contains("job array") else { throw error }
      throw ProviderError(
        error.code, error.message, vendorCode: error.vendorCode, effect: error.effect,
        hints: [
          "see how many tasks the cluster allows: `scontrol show config | grep MaxArraySize`",
          "and say no more than that in providers.toml: `array_limit = 100`, or 0 for jobs by themselves",
        ])
    }
  }
}
