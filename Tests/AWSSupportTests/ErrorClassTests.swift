import Basics
import FoundationEssentials
import HTTPTransport
import ProviderKit
import Testing

@testable import AWSSupport

@Suite("What refusals mean")
struct ErrorClassTests {
  private func mutation(_ code: String?, _ status: Int = 400) -> ProviderError {
    ProviderError(AWSErrorAnswer(code: code, message: "words", requestID: "r-1", status: status), doing: "rent", isMutation: true)
  }

  @Test(
    "every code of the table falls into its class",
    arguments: [
      ("retry_throttle", [AWSErrorClass.throttled]), ("retry_transient", [.transient]),
      ("fail_over_to_next_zone_or_type_never_blind_retry", [.noCapacity]), ("quota_stop_this_family_region", [.quota]),
      ("auth_stop", [.forbidden, .signature]), ("idempotency", [.conflict, .appliedAndGone, .invalid]),
      ("caller_bug", [.invalid]), ("fix_clock_then_retry_once", [.signature]),
      ("refresh_credentials_then_retry_once", [.expired, .signature, .unauthorised]),
      ("not_found_retry_for_a_short_while_right_after_create_else_gone", [.notFound, .invalid]),
    ])
  func table(list: String, classes: [AWSErrorClass]) throws {
    let entries = try Vectors.json("aws-error-classes.json")[list]?.arrayValue
    let codes = try #require(entries).compactMap { $0["code"]?.stringValue ?? $0.stringValue }.map { $0.split(separator: " ")[0] }
    #expect(!codes.isEmpty)
    for code in codes where code != "(any)" {
      let found = AWSErrorClass(AWSErrorAnswer(code: String(code), status: 400))
      #expect(classes.contains(found), "\(code): \(found)")
    }
  }

  @Test("no capacity is never worth repeating, although it is a 5xx")
  func capacity() {
    let error = mutation("InsufficientInstanceCapacity", 500)
    #expect(error.code == .noCapacity)
    #expect(!error.code.isTransient)
    #expect(error.effect == .none)
    #expect(error.requestID == "r-1")
    #expect(error.message == "cannot rent: InsufficientInstanceCapacity: words")
  }

  @Test(
    "what a mutation did, by what was answered",
    arguments: [
      ("InternalError", 500, ProviderError.Effect.unknown), ("Unavailable", 503, .unknown), ("RequestLimitExceeded", 503, .none),
      ("IdempotentInstanceTerminated", 400, .applied), ("IdempotentParameterMismatch", 400, .unknown),
      ("UnauthorizedOperation", 403, .none),
      ("VcpuLimitExceeded", 400, .none), ("BrandNewFault", 500, .unknown), ("BrandNewRefusal", 400, .none), ("", 504, .unknown),
    ])
  func effects(code: String, status: Int, effect: ProviderError.Effect) {
    #expect(mutation(code.isEmpty ? nil : code, status).effect == effect)
  }

  @Test("a lost answer leaves open what was done; an unsent request does not")
  func lost() {
    let gone = HTTPError(.closed, "gone", mayHaveArrived: true)
    #expect(ProviderError(gone, doing: "rent", isMutation: true).effect == .unknown)
    #expect(ProviderError(gone, doing: "list", isMutation: false).effect == .none)
    #expect(ProviderError(HTTPError(.refused, "no", mayHaveArrived: false), doing: "rent", isMutation: true).effect == .none)
    #expect(ProviderError(gone, doing: "rent", isMutation: true).code.isTransient)
  }

  @Test(
    "refusals say what to do",
    arguments: ["ExpiredToken", "AuthFailure", "UnauthorizedOperation", "VcpuLimitExceeded", "OptInRequired", "RequestExpired"])
  func hints(code: String) {
    #expect(!mutation(code).hints.isEmpty)
  }
}
