import Basics
import FoundationEssentials
import TrainingModel

/// `GET /user/status`.
struct UserAnswer: Decodable, Sendable {
  var userID: String
  var orgID: String?
  var email: String?
  var isActive: Bool?
  var credits: Decimal?

  enum CodingKeys: String, CodingKey {
    case email
    case userID = "user_id"
    case orgID = "org_id"
    case isActive = "is_active"
    case credits = "credit_balance"
  }
}

/// `GET /machine-types`.
struct ProfileListAnswer: Decodable, Sendable {
  struct Profile: Decodable, Sendable {
    var name: String
    var hourly: Decimal?

    enum CodingKeys: String, CodingKey {
      case name = "hardware_profile"
      case hourly = "price_per_hour"
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      name = try values.decode(String.self, forKey: .name)
      // Some prices come as text.
      hourly =
        (try? values.decode(Decimal.self, forKey: .hourly))
        ?? (try? values.decode(String.self, forKey: .hourly)).flatMap {
          Decimal(string: $0)
        }
    }
  }
  var profiles: [Profile]

  enum CodingKeys: String, CodingKey { case profiles = "machine_types" }
}

/// `GET /user/quotas/available-hardware`.
struct QuotaAnswer: Decodable, Sendable {
  var profiles: [String]
  enum CodingKeys: String, CodingKey { case profiles = "available_hardware_profiles" }
}

/// `POST /execution/image/start`, and `POST /vms/create`.
struct StartAnswer: Decodable, Sendable {
  var id: String
  enum CodingKeys: String, CodingKey {
    case execution = "execution_id"
    case machine = "vm_id"
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.decodeIfPresent(String.self, forKey: .execution) ?? values.decode(String.self, forKey: .machine)
  }
}

/// `GET /execution/streaming/ID/status`, and one line of `GET /workloads/list`.
struct ExecutionAnswer: Decodable, Sendable {
  var id: String?
  var status: String
  /// What was sent as `file_name`: where ours say whose they are.
  var name: String?
  var profile: String?
  var createdAt: String?

  enum CodingKeys: String, CodingKey {
    case status
    case id = "execution_id"
    case name = "file_name"
    case profile = "hardware_profile"
    case createdAt = "created_at"
  }

  var state: ResourceState {
    switch status.lowercased() {
    case "pending", "queued": .starting
    case "running": .running
    default: .gone
    }
  }

  /// Times come with and without the zone, which is UTC.
  static func time(_ text: String?) -> Date? { text.flatMap { Timestamp.parse($0) ?? Timestamp.parse($0 + "Z") } }
}

/// `GET /execution/ID`.
struct DetailAnswer: Decodable, Sendable {
  var status: String
  var billed: Decimal?
  var start: String?
  var end: String?

  enum CodingKeys: String, CodingKey {
    case status, billed
    case start = "job_start"
    case end = "job_end"
  }
}

/// `GET /logs/execution/ID`.
struct LogAnswer: Decodable, Sendable {
  struct Line: Decodable, Sendable { var message: String }
  var logs: [Line]
}
