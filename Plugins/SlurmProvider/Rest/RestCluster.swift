import FoundationEssentials

/// What slurmrestd says about the cluster as a whole: only what is needed of it.
enum RestCluster {
  /// `/ping`
  struct Pings: Decodable {
    var pings: [Ping]?
    struct Ping: Decodable {
      var hostname: String?
      var ping: String?
      /// Since v0.0.40.
      var pinged: String?

      var isUp: Bool { (ping ?? pinged ?? "UP") == "UP" }
    }
    var meta: Meta?
    struct Meta: Decodable {
      var slurm: Slurm?
      private enum Key: String, CodingKey { case small = "slurm", capital = "Slurm" }
      struct Slurm: Decodable {
        var release: String?
        /// Since v0.0.40.
        var cluster: String?
      }
      init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        slurm = try values.decodeIfPresent(Slurm.self, forKey: .capital) ?? values.decodeIfPresent(Slurm.self, forKey: .small)
      }
    }
  }

  /// `/clusters` of the accounts.
  struct Clusters: Decodable {
    var clusters: [Cluster]
    struct Cluster: Decodable {
      var name: String
      var controller: Controller?
      /// What is counted.
      var tres: [RestResource]?
      struct Controller: Decodable { var host: String? }
    }
  }

  /// What can be counted of a cluster or a job (TRES).
  struct RestResource: Decodable {
    var type: String?
    var name: String?
    var count: RestNumber?
  }

  /// `/partitions`
  struct Partitions: Decodable {
    var partitions: [Partition]
    struct Partition: Decodable {
      var name: String
      private var state: RestWords?
      private var partition: State?
      private struct State: Decodable { var state: RestWords? }
      private var flags: RestWords?
      private var max_time_limit: RestNumber?
      private var maximums: Maximums?
      private struct Maximums: Decodable { var time: RestNumber? }

      var isUp: Bool { (state ?? partition?.state)?.words.contains("UP") ?? false }
      /// Not told since v0.0.40.
      var isDefault: Bool { flags?.words.contains { $0.lowercased() == "default" } ?? false }
      /// Minutes; nil for no limit.
      var longest: Int64? { (max_time_limit ?? maximums?.time)?.value.flatMap { $0 < 0 || $0 >= Int64(UInt32.max) - 1 ? nil : $0 } }
    }
  }

  /// `/nodes`
  struct Nodes: Decodable {
    var nodes: [Node]
    struct Node: Decodable {
      var name: String
      var cpus: RestNumber?
      /// Mebibytes.
      var memory: RestNumber?
      var gres: String?
      var partitions: [String]?
      private enum CodingKeys: String, CodingKey {
        case name, cpus, gres, partitions
        case memory = "real_memory"
      }
    }
  }

  /// As sinfo groups them: the nodes of a partition that are of one kind, partitions and kinds in the order in which they are told.
  static func groups(_ partitions: Partitions, _ nodes: Nodes) -> [NodeGroup] {
    partitions.partitions.flatMap { partition -> [NodeGroup] in
      var groups: [NodeGroup] = []
      for node in nodes.nodes where node.partitions?.contains(partition.name) ?? false {
        let one = NodeGroup(
          partition: partition.name, isDefault: partition.isDefault, isUp: partition.isUp,
          longestSeconds: partition.longest.map { $0 * 60 }, cpus: node.cpus?.value ?? 0,
          mebibytes: node.memory?.value ?? 0, nodes: 1, gpus: NodeGroup.gpus(node.gres ?? ""))
        if let same = groups.firstIndex(where: { ($0.cpus, $0.mebibytes) == (one.cpus, one.mebibytes) && $0.gpus == one.gpus }) {
          groups[same].nodes += 1
        } else {
          groups.append(one)
        }
      }
      return groups
    }
  }
}
