import Basics
import FoundationEssentials
import TrainingModel

/// What the API says of a virtual machine. An answer to a create has less in it, and hardly any member is always there.
struct MachineAnswer: Decodable, Sendable {
  struct Specs: Decodable, Sendable {
    var gpuType: String?
    var gpuCount: Int?
    enum CodingKeys: String, CodingKey {
      case gpuType = "gpu_type"
      case gpuCount = "gpu_count"
    }
  }
  var id: String
  var status: String
  /// Bare, or with a port behind it; missing for a while after the machine is called ready.
  var address: String?
  var specs: Specs?
  var profile: String?
  var market: String?
  var name: String?
  var createdAt: String?

  enum CodingKeys: String, CodingKey {
    case status
    case id = "vm_id"
    case address = "ip_address"
    case specs = "instance_specs"
    case profile = "hardware_profile"
    case market = "instance_type"
    case name = "display_name"
    case createdAt = "created_at"
  }

  var state: ResourceState {
    switch status.lowercased() {
    case "pending", "provisioning": .starting
    case "terminated", "failed": .gone
    default: .running
    }
  }

  /// The machine's kind as places say it.
  var machine: String { PlaceName.machine(profile ?? specs?.gpuType ?? "machine", count: specs?.gpuCount ?? 1) }

  /// Where it answers to SSH; nil as long as nobody says.
  var door: (host: String, port: UInt16)? {
    guard state == .running, let address, !address.isEmpty else { return nil }
    let parts = address.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let port = UInt16(parts[1]) else { return (address, 22) }
    return (String(parts[0]), port)
  }
}

/// `GET /vms/list`.
struct MachineListAnswer: Decodable, Sendable { var vms: [MachineAnswer] }

/// `GET /vms/availability`.
struct AvailabilityAnswer: Decodable, Sendable {
  struct Variant: Decodable, Sendable {
    var profile: String
    /// `on-demand` or `spot`.
    var market: String
    /// For each GPU.
    var hourly: Decimal?
    var allowed: [Int]
    /// Empty when they are sold out.
    var available: [Int]

    enum CodingKeys: String, CodingKey {
      case profile = "hardware_profile"
      case market = "instance_type"
      case hourly = "price_per_hour"
      case allowed = "allowed_gpus_per_instance"
      case available = "available_gpus_per_instance"
    }
  }
  var variants: [Variant]
  enum CodingKeys: String, CodingKey { case variants = "available_instance_variants" }
}

/// `GET /pricing`.
struct PricingAnswer: Decodable, Sendable {
  struct Price: Decodable, Sendable {
    struct Scope: Decodable, Sendable {
      var profile: String?
      enum CodingKeys: String, CodingKey { case profile = "hardware_profile" }
    }
    var meter: String
    var scope: Scope?
    /// As text.
    var hourly: String?

    enum CodingKeys: String, CodingKey {
      case meter = "meter_slug"
      case scope = "applies_to"
      case hourly = "unit_price_per_hour"
    }
  }
  var prices: [Price]

  /// USD an hour of a machine: `on-demand.a100.2x`.
  func hourly(_ market: RentalPlace.Market, _ profile: String, count: Int) -> Decimal? {
    let key = "\(market == .spot ? "spot" : "on-demand").\(profile).\(count)x"
    return prices.first { $0.meter == "vm_running" && $0.scope?.profile == key }?.hourly.flatMap { Decimal(string: $0) }
  }
}

/// How places are called.
enum PlaceName {
  /// `2x h100`.
  static func machine(_ profile: String, count: Int) -> String { "\(count)x \(profile)" }
  /// The other way.
  static func parts(_ machine: String) -> (count: Int, profile: String)? {
    let words = machine.split(separator: " ", maxSplits: 1)
    guard words.count == 2, words[0].hasSuffix("x"), let count = Int(words[0].dropLast()) else { return nil }
    return (count, String(words[1]))
  }
}
