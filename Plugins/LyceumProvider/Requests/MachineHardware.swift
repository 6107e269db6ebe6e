import Basics

/// What a virtual machine has for each of its GPUs, which the API does not tell.
struct MachineHardware: Sendable, Equatable {
  /// Of each GPU.
  let gpuMemory: ByteSize
  /// nil where nobody has measured it.
  private let coresEach: Int64?
  private let gibibytesEach: Int64?

  private init(_ gpuMebibytes: Int64, cores: Int64? = nil, gibibytes: Int64? = nil) {
    gpuMemory = ByteSize(bytes: gpuMebibytes << 20)
    (coresEach, gibibytesEach) = (cores, gibibytes)
  }

  /// As measured on machines by Ontic Labs for the catalogue of their SkyPilot plugin (`vms.csv`, 2026, MIT).
  private static let known = [
    "a100": MachineHardware(81_920, cores: 16, gibibytes: 94), "b200": MachineHardware(183_359), "b300": MachineHardware(288_358),
    "h100": MachineHardware(81_559, cores: 32, gibibytes: 181), "h200": MachineHardware(143_771, cores: 16, gibibytes: 196),
    "l40s": MachineHardware(46_068, cores: 12, gibibytes: 70),
  ]

  /// Of a hardware profile such as `h100`; nil for one that is not known here.
  static func of(_ profile: String) -> MachineHardware? { known[profile.lowercased()] }

  func cores(of gpus: Int) -> Int64? { coresEach.map { $0 * Int64(gpus) } }
  func memory(of gpus: Int) -> ByteSize? { gibibytesEach.map { ByteSize(bytes: ($0 * Int64(gpus)) << 30) } }
}
