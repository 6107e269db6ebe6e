public import ProviderKit

/// What a caller should do about an error code.
///
/// From the AWS documentation and botocore's retry tables. Codes decide, never the status alone: EC2 says "no capacity" with a 5xx.
public enum AWSErrorClass: Sendable, Equatable, CaseIterable {
  /// Asked too often; refused unread.
  case throttled
  /// The service's own trouble; nobody knows what it did.
  case transient
  /// There is none there now: move on, do not repeat.
  case noCapacity
  /// The account may not have more.
  case quota
  /// Temporary credentials are over: fetch fresh ones and ask once more.
  case expired
  /// Signed for another time, or with a wrong key.
  case signature
  /// Who asks is not known, or the account may not use the service.
  case unauthorised
  /// Who asks may not do that.
  case forbidden
  /// No such thing.
  case notFound
  /// Something is there already, or in a state that does not allow it.
  case conflict
  /// The token's machine was made, and has ended since.
  case appliedAndGone
  /// Would have been done, had it not been a rehearsal.
  case rehearsed
  /// The request itself is wrong.
  case invalid

  /// The class of an answer.
  public init(_ answer: AWSErrorAnswer) {
    if let code = answer.code {
      if let known = Self.byCode[code] {
        self = known
        return
      }
      if let rule = Self.byEnd.first(where: { code.hasSuffix($0.0) }) {
        self = rule.1
        return
      }
    }
    switch answer.status {
    case 429: self = .throttled
    case 401: self = .unauthorised
    case 403: self = .forbidden
    case 404: self = .notFound
    case 409, 412: self = .conflict
    case 408, 500...: self = .transient
    default: self = .invalid
    }
  }

  /// What it means to whoever rents.
  public var code: ProviderError.Code {
    switch self {
    case .throttled: .throttled
    case .transient: .vendorFault
    case .noCapacity: .noCapacity
    case .quota: .quotaExceeded
    case .expired, .signature, .unauthorised: .unauthorised
    case .forbidden: .forbidden
    case .notFound: .notFound
    case .conflict, .appliedAndGone: .conflict
    case .rehearsed, .invalid: .invalidRequest
    }
  }

  /// What a mutation that was answered so did to the world.
  public var effect: ProviderError.Effect {
    switch self {
    case .transient: .unknown
    case .appliedAndGone: .applied
    default: .none
    }
  }

  /// Whether the service read the request before it refused it, so that its answer also says that the same request was not carried out before.
  public var wasConsidered: Bool {
    switch self {
    case .noCapacity, .quota, .invalid, .notFound: true
    default: false
    }
  }

  private static let byEnd: [(String, AWSErrorClass)] = [
    (".NotFound", .notFound), (".Duplicate", .conflict), (".Malformed", .invalid), ("LimitExceeded", .quota),
    ("NotFoundException", .notFound),
    ("NotFound", .notFound), ("ThrottlingException", .throttled),
  ]

  private static let byCode: [String: AWSErrorClass] = {
    let lists: [(AWSErrorClass, String)] = [
      (
        .throttled,
        """
        RequestLimitExceeded EC2ThrottledException Throttling ThrottlingException ThrottledException RequestThrottledException \
        RequestThrottled TooManyRequestsException TooManyUpdates ProvisionedThroughputExceededException TransactionInProgressException \
        BandwidthLimitExceeded LimitExceededException SlowDown PriorRequestNotComplete
        """
      ),
      (
        .transient,
        """
        InternalError InternalFailure InternalServerError InternalServiceError Unavailable ServiceUnavailable ServiceUnavailableException \
        RequestTimeout RequestTimeoutException IDPCommunicationError BadDigest XAmzContentSHA256Mismatch ConditionalRequestConflict
        """
      ),
      (
        .noCapacity,
        """
        InsufficientInstanceCapacity InsufficientHostCapacity InsufficientReservedInstanceCapacity InsufficientCapacity UnfulfillableCapacity \
        ReservationCapacityExceeded Unsupported InsufficientFreeAddressesInSubnet SpotMaxPriceTooLow InvalidAvailabilityZone
        """
      ),
      (
        .quota,
        """
        VcpuLimitExceeded MaxSpotInstanceCountExceeded InstanceLimitExceeded VolumeLimitExceeded MaxIOPSLimitExceeded AddressLimitExceeded \
        MaxFleetCountExceeded LimitExceeded
        """
      ),
      (.expired, "ExpiredToken ExpiredTokenException"),
      (
        .signature,
        """
        RequestExpired RequestTimeTooSkewed RequestInTheFuture InvalidSignatureException SignatureDoesNotMatch AuthFailure
        """
      ),
      (
        .unauthorised,
        "InvalidClientTokenId UnrecognizedClientException MissingAuthenticationToken InvalidAccessKeyId MissingAuthenticationTokenException"
      ),
      (
        .forbidden,
        """
        UnauthorizedOperation AccessDenied AccessDeniedException OptInRequired PendingVerification Blocked \
        AuthFailure.ServiceLinkedRoleCreationNotPermitted OperationNotPermitted
        """
      ),
      (.notFound, "NoSuchEntity NoSuchBucket NoSuchKey NoSuchUpload NoSuchResourceException ParameterNotFound InvocationDoesNotExist"),
      (
        .conflict,
        """
        IdempotentParameterMismatch IncorrectInstanceState IncorrectState VolumeInUse DependencyViolation EntityAlreadyExists \
        BucketAlreadyExists BucketAlreadyOwnedByYou PreconditionFailed OperationAborted ConflictException DeleteConflict
        """
      ),
      (.appliedAndGone, "IdempotentInstanceTerminated"),
      (.rehearsed, "DryRunOperation"),
      (
        .invalid,
        """
        MissingParameter InvalidParameterValue InvalidParameterCombination InvalidParameter UnknownParameter MalformedQueryString \
        InvalidAction InvalidBlockDeviceMapping InvalidClientToken ValidationError ValidationException InvalidRequest
        """
      ),
    ]
    var table: [String: AWSErrorClass] = [:]
    for (kind, codes) in lists { for code in codes.split(separator: " ") { table[String(code)] = kind } }
    return table
  }()
}
