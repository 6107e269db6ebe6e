import Basics
import FoundationEssentials

/// A kind of machine, as far as choosing one needs to know it.
struct MachineType: Sendable, Equatable {
  /// Accelerators of a machine.
  struct GPU: Sendable, Equatable {
    var maker: String
    var model: String
    /// Of each.
    var memoryMiB: Int64
  }

  /// Such as `g5.xlarge`.
  var name: String
  /// `x86_64` or `aarch64`.
  var architecture: String
  var isCurrent: Bool
  var hasSpot: Bool
  var cores: Int64
  var memory: ByteSize
  var gpu: GPU?
  /// Whole GPUs; a machine with a part of one has none.
  var gpuCount: Int
  /// Per hour on demand in the catalogue's region.
  var listPrice: Decimal?

  /// Machines without a hypervisor take many minutes to start and are never what a cheap run wants.
  var isBareMetal: Bool { name.contains(".metal") }
}
