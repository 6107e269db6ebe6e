import AWSSupport
import Basics
import FoundationEssentials
import ProviderKit
import Testing
import TrainingModel

@testable import EC2Provider

@Suite("The request that rents a machine")
struct RequestTests {
  private let image = MachineImage(id: "ami-1", name: "image", rootDevice: "/dev/sda1", leastGigabytes: 8, architecture: "x86_64")

  private func run(_ settings: [String: JSONValue] = [:], zone: String? = "us-east-1a", market: RentalPlace.Market = .onDemand)
    -> RunInstances
  {
    let place = RentalPlace(provider: "aws", account: "1", region: "us-east-1", zone: zone, machine: "g5.xlarge", market: market)
    return RunInstances(place: place, image: image, settings: EC2Settings(settings), diskGigabytes: 100)
  }

  private func order(
    _ tags: [String: String] = ["runpilot:run": "u"], script: String = "#!/bin/sh\n", token: String = "t-1", ceiling: Money? = nil
  ) -> RentalOrder {
    RentalOrder(
      token: LaunchToken(token), tags: tags, bootScript: script, name: "my run",
      need: RentalNeed(resources: ResourceNeed(), architectures: ["x86_64"]), maximumHourly: ceiling)
  }

  private func fields(_ form: QueryForm) -> [String: String] {
    var fields: [String: String] = [:]
    for pair in form.body.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      fields[String(parts[0])] = String(parts[1]).replacing("%3A", with: ":").replacing("%2F", with: "/").replacing("%20", with: " ")
        .replacing("%3D", with: "=")
    }
    return fields
  }

  @Test("everything is in the one call: token, tags, metadata, disk, own end")
  func whole() throws {
    #expect(
      try fields(run(["instance_profile": .string("agent")]).form(order())) == [
        "Action": "RunInstances", "Version": "2016-11-15", "ClientToken": "t-1", "ImageId": "ami-1", "InstanceType": "g5.xlarge",
        "MinCount": "1",
        "MaxCount": "1", "InstanceInitiatedShutdownBehavior": "terminate", "MetadataOptions.HttpEndpoint": "enabled",
        "MetadataOptions.HttpTokens": "required", "MetadataOptions.HttpPutResponseHopLimit": "2",
        "MetadataOptions.InstanceMetadataTags": "enabled", "BlockDeviceMapping.1.DeviceName": "/dev/sda1",
        "BlockDeviceMapping.1.Ebs.VolumeSize": "100", "BlockDeviceMapping.1.Ebs.VolumeType": "gp3",
        "BlockDeviceMapping.1.Ebs.Encrypted": "true",
        "BlockDeviceMapping.1.Ebs.DeleteOnTermination": "true", "IamInstanceProfile.Name": "agent",
        "Placement.AvailabilityZone": "us-east-1a", "UserData": "IyEvYmluL3NoCg==", "TagSpecification.1.ResourceType": "instance",
        "TagSpecification.1.Tag.1.Key": "Name", "TagSpecification.1.Tag.1.Value": "my run", "TagSpecification.1.Tag.2.Key": "runpilot:run",
        "TagSpecification.1.Tag.2.Value": "u", "TagSpecification.2.ResourceType": "volume", "TagSpecification.2.Tag.1.Key": "Name",
        "TagSpecification.2.Tag.1.Value": "my run", "TagSpecification.2.Tag.2.Key": "runpilot:run", "TagSpecification.2.Tag.2.Value": "u",
      ])
  }

  @Test("spot, with its ceiling and its own tags")
  func spot() throws {
    let found = fields(try run(market: .spot).form(order(ceiling: Money(Decimal(1) / 4))))
    #expect(found["InstanceMarketOptions.MarketType"] == "spot")
    #expect(found["InstanceMarketOptions.SpotOptions.MaxPrice"] == "0.25")
    #expect(found["InstanceMarketOptions.SpotOptions.SpotInstanceType"] == "one-time")
    #expect(found["InstanceMarketOptions.SpotOptions.InstanceInterruptionBehavior"] == "terminate")
    #expect(found["TagSpecification.3.ResourceType"] == "spot-instances-request")
    #expect(fields(try run(market: .spot).form(order()))["InstanceMarketOptions.SpotOptions.MaxPrice"] == nil)
  }

  @Test("subnets and groups stand on an interface, groups alone do not")
  func network() throws {
    let subnet = fields(
      try run(["subnet": .string("subnet-1"), "security_group": .array([.string("sg-1"), .string("sg-2")])], zone: nil).form(order()))
    #expect(subnet["NetworkInterface.1.SubnetId"] == "subnet-1")
    #expect(subnet["NetworkInterface.1.SecurityGroupId.2"] == "sg-2")
    #expect(subnet["NetworkInterface.1.AssociatePublicIpAddress"] == "true")
    #expect(subnet["SecurityGroupId.1"] == nil)
    let groups = fields(try run(["security_group": .array([.string("sg-1")])]).form(order()))
    #expect(groups["SecurityGroupId.1"] == "sg-1")
    #expect(groups["NetworkInterface.1.DeviceIndex"] == nil)
    let hidden = fields(try run(["public_ip": .bool(false)]).form(order()))
    #expect(hidden["NetworkInterface.1.AssociatePublicIpAddress"] == "false")
    #expect(
      fields(try run(["instance_profile": .string("arn:aws:iam::1:instance-profile/x")]).form(order()))["IamInstanceProfile.Arn"] != nil)
  }

  @Test("user data of 16,384 bytes goes, one more does not")
  func userData() throws {
    _ = try run().form(order(script: String(repeating: "x", count: 16_384)))
    let error = #expect(throws: ProviderError.self) { try run().form(order(script: String(repeating: "x", count: 16_385))) }
    #expect(error?.message.contains("16385 bytes") == true)
    #expect(error?.effect == ProviderError.Effect.none)
  }

  @Test("tags that EC2 would refuse are refused here")
  func tags() throws {
    for key in ["aws:x", "a b", "a/b", "", String(repeating: "k", count: 129), "é"] {
      #expect(throws: ProviderError.self, "\(key)") { try run().form(order([key: "v"])) }
    }
    #expect(throws: ProviderError.self) { try run().form(order(["k": String(repeating: "v", count: 257)])) }
    #expect(throws: ProviderError.self) { try run().form(order(["k": "a\nb"])) }
    #expect(throws: ProviderError.self) { try run().form(order(Dictionary(uniqueKeysWithValues: (0..<51).map { ("k\($0)", "v") }))) }
    let full = fields(try run().form(order(Dictionary(uniqueKeysWithValues: (10..<60).map { ("k\($0)", "ü, \"x\"") }))))
    #expect(full["TagSpecification.1.Tag.50.Key"] == "k59", "no room for a name of ours")
  }

  @Test("tokens that EC2 would refuse are refused here")
  func tokens() {
    for token in ["", String(repeating: "t", count: 65), "a b", "ü"] where !token.isEmpty {
      #expect(throws: ProviderError.self, "\(token)") { try run().form(order(token: token)) }
    }
  }

  @Test("a page token leads through regions and kinds, and back to where it stood")
  func cursor() throws {
    var cursor: ListingCursor? = .start
    var seen: [String] = []
    while let here = cursor {
      seen.append("\(here.region)\(here.kind.rawValue.prefix(1))\(here.page ?? "")")
      #expect(ListingCursor(here.token) == here)
      cursor = here.next(after: here == .start ? "a/b" : nil, regions: 2)
    }
    #expect(seen == ["0m", "0ma/b", "0v", "0s", "1m", "1v", "1s"])
    #expect(ListingCursor(PageToken("x")) == nil)
  }
}
