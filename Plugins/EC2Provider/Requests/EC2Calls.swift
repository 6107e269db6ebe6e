import AWSSupport
import FoundationEssentials

/// The forms of the requests that are sent to EC2. Pure.
enum EC2Calls {
  /// Of the API.
  static let version = "2016-11-15"

  static func form(_ action: String, _ parameters: QueryValue = [:]) -> QueryForm { QueryForm(action, version: version, .ec2, parameters) }

  /// A filter of a listing.
  static func filter(_ name: String, _ values: [String]) -> QueryValue { ["Name": .text(name), "Value": .texts(values)] }

  static func describeInstances(filters: [QueryValue], after token: String?) -> QueryForm {
    form("DescribeInstances", ["Filter": .list(filters), "MaxResults": 1000, "NextToken": token.map { .text($0) }])
  }

  static func describeInstance(_ id: String) -> QueryForm { form("DescribeInstances", ["InstanceId": [.text(id)]]) }

  static func describeVolumes(filters: [QueryValue], after token: String?) -> QueryForm {
    form("DescribeVolumes", ["Filter": .list(filters), "MaxResults": 500, "NextToken": token.map { .text($0) }])
  }

  static func describeSnapshots(filters: [QueryValue], after token: String?) -> QueryForm {
    form(
      "DescribeSnapshots", ["Filter": .list(filters), "MaxResults": 1000, "NextToken": token.map { .text($0) }, "Owner": ["self"]])
  }

  static func terminate(_ id: String, rehearsal: Bool = false) -> QueryForm {
    form("TerminateInstances", ["InstanceId": [.text(id)], "DryRun": rehearsal ? true : nil])
  }

  static func describeImage(_ id: String) -> QueryForm { form("DescribeImages", ["ImageId": [.text(id)]]) }

  /// In which zones a region offers some types.
  static func offerings(of types: [String], after token: String?) -> QueryForm {
    form(
      "DescribeInstanceTypeOfferings",
      [
        "LocationType": "availability-zone", "Filter": [filter("instance-type", types)], "MaxResults": 1000,
        "NextToken": token.map { .text($0) },
      ])
  }

  static func spotPrices(of types: [String], zone: String?, from start: Date, to end: Date?, after token: String?) -> QueryForm {
    form(
      "DescribeSpotPriceHistory",
      [
        "InstanceType": .texts(types), "ProductDescription": ["Linux/UNIX"], "AvailabilityZone": zone.map { .text($0) },
        "StartTime": .time(start), "EndTime": end.map { .time($0) }, "MaxResults": 1000, "NextToken": token.map { .text($0) },
      ])
  }
}
