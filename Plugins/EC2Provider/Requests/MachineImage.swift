/// An image to boot from.
struct MachineImage: Sendable, Equatable {
  var id: String
  var name: String?
  /// Such as `/dev/sda1`; a disk of our size must take its place.
  var rootDevice: String
  /// The least disk that the image fits on.
  var leastGigabytes: Int64
  /// `x86_64` or `aarch64`.
  var architecture: String

  /// Where AWS keeps the ids of its newest images that have what a run needs: the driver and a container engine, or just the engine.
  static func parameter(architecture: String, hasGPU: Bool) -> String {
    let arm = architecture == "aarch64"
    if hasGPU {
      return "/aws/service/deeplearning/ami/\(arm ? "arm64" : "x86_64")/base-oss-nvidia-driver-gpu-ubuntu-22.04/latest/ami-id"
    }
    return "/aws/service/ecs/optimized-ami/amazon-linux-2023/\(arm ? "arm64/" : "")recommended/image_id"
  }

  /// The disk a machine gets when nobody says: room for the image, a container image with its libraries, and results.
  static func usualGigabytes(hasGPU: Bool) -> Int64 { hasGPU ? 150 : 50 }
}
