import Basics

/// What the tests' cloud does to a request.
public enum AWSFault: Sendable {
  /// An error of AWS's, with the status it has there.
  case error(_ code: String, retryAfter: Int? = nil)
  /// What a broken proxy says.
  case answer(status: Int, body: String)
  /// The connection breaks before anything is done.
  case drop
  /// It is done, and the answer is lost.
  case dropAnswer
  /// It waits.
  case delay(seconds: Double)
  /// The answer breaks off half-way.
  case truncate
  /// The answer says yes, and it is done so many seconds later by the account's clock; never when nil.
  case late(seconds: Double?)
  /// Machines younger than this are not seen by the request.
  case hide(youngerThan: Double)

  var fields: [String: JSONValue] {
    switch self {
    case .error(let code, let retryAfter):
      let more = retryAfter.map { ["retry_after": JSONValue.int(Int64($0))] } ?? [:]
      return ["kind": .string("error"), "code": .string(code)].merging(more) { $1 }
    case .answer(let status, let body): return ["kind": .string("answer"), "status": .int(Int64(status)), "body": .string(body)]
    case .drop: return ["kind": .string("drop")]
    case .dropAnswer: return ["kind": .string("drop-answer")]
    case .delay(let seconds): return ["kind": .string("delay"), "seconds": .double(seconds)]
    case .truncate: return ["kind": .string("truncate")]
    case .late(let seconds):
      return ["kind": .string("late")].merging(seconds.map { ["seconds": .double($0)] } ?? [:]) { $1 }
    case .hide(let seconds): return ["kind": .string("hide"), "seconds": .double(seconds)]
    }
  }
}
