import AWSSupport
import Basics
import FoundationEssentials
import ProviderKit
import RunPilotTesting
import Testing
import TrainingModel
import XML

@testable import EC2Provider

@Suite("A machine's life on EC2")
struct LifeTests {
  @Test("rented, listed with its owner, stopped, started, kept, ended")
  func life() async throws {
    let ec2 = try await TestEC2()
    let rental = try await ec2.composed()
    let machine = try await ec2.launch(rental)
    #expect(machine.id.rawValue.hasPrefix("i-"))
    #expect(machine.intent == IntentID(rental.token.value))
    #expect(machine.stateReason?.contains("may not end") != true)
    let listed = try #require(try await ec2.all().first)
    #expect(listed.id == machine.id)
    #expect(listed.runUID == ec2.uid)
    #expect(listed.installation == ec2.installation)
    #expect(listed.owner == "tests")
    #expect(listed.name == "a run")
    #expect(listed.place?.machine == "t3.medium")
    #expect(listed.place?.zone == rental.place.zone)
    #expect(listed.attachments.map(\.diesToo) == [true])
    #expect(listed.attachments.map(\.isRoot) == [true])
    try await ec2.provider.setOwnEnd(of: machine.id, destroys: false)
    try await ec2.provider.setTags(["runpilot:protected": "true", OwnershipTags.expires: nil], on: machine.id)
    let tagged = try #require(try await ec2.all().first)
    #expect(tagged.tags["runpilot:protected"] == "true")
    #expect(tagged.tags[OwnershipTags.expires] == nil)
    #expect(tagged.tags[OwnershipTags.owner] == "tests")
    try await ec2.provider.stop(machine.id)
    #expect([.stopping, .stopped].contains(try await ec2.provider.status(of: machine.id)))
    try await ec2.provider.start(machine.id)
    #expect([.starting, .running].contains(try await ec2.provider.status(of: machine.id)))
    let first = try await ec2.provider.end(machine.id)
    #expect(first == .pending(checkAgainIn: .seconds(10)) || first == .destroyed)
    #expect([.stopping, .gone].contains(try await ec2.provider.status(of: machine.id)))
    #expect(try await ec2.provider.end(machine.id) == .alreadyGone)
    #expect(try await ec2.account.violations().isEmpty)
  }

  @Test("what never existed is gone, and ending it is no error")
  func never() async throws {
    let ec2 = try await TestEC2()
    let nobody = ResourceID("i-0123456789abcdef0")
    #expect(try await ec2.provider.status(of: nobody) == .gone)
    #expect(try await ec2.provider.end(nobody) == .alreadyGone)
    await #expect(throws: ProviderError.self) { try await ec2.provider.stop(nobody) }
    await #expect(throws: ProviderError.self) { try await ec2.provider.status(of: ResourceID("x-1")) }
  }

  @Test("EC2's own protection is seen and honoured")
  func protection() async throws {
    let ec2 = try await TestEC2()
    let machine = try await ec2.launch(try await ec2.composed())
    func protect(_ on: Bool) async throws {
      let form = EC2Calls.form(
        "ModifyInstanceAttribute", ["InstanceId": .text(machine.id.rawValue), "DisableApiTermination": ["Value": .flag(on)]])
      _ = try await ec2.provider.ask("us-east-1", form, doing: "protect", changes: true)
    }
    try await protect(true)
    #expect(try await ec2.all().first?.hasVendorProtection == true)
    let error = await #expect(throws: ProviderError.self) { try await ec2.provider.end(machine.id) }
    #expect(error?.code == .forbidden)
    #expect(error?.effect == ProviderError.Effect.none)
    #expect(error?.hints.isEmpty == false)
    try await protect(false)
    _ = try await ec2.provider.end(machine.id)
  }

  @Test("disks and snapshots of a run are listed once they are on their own")
  func storage() async throws {
    let ec2 = try await TestEC2()
    let tags: QueryValue = [["Key": "runpilot:run", "Value": .text(ec2.uid)], ["Key": "CreatedBy", "Value": "runpilot"]]
    let made = try await ec2.provider.ask(
      "us-east-1",
      EC2Calls.form(
        "CreateVolume",
        ["AvailabilityZone": "us-east-1a", "Size": 10, "VolumeType": "gp3", "TagSpecification": [["ResourceType": "volume", "Tag": tags]]]),
      doing: "make a disk", changes: true)
    let volume = try #require(made.text("volumeId"))
    _ = try await ec2.provider.ask(
      "us-east-1",
      EC2Calls.form("CreateSnapshot", ["VolumeId": .text(volume), "TagSpecification": [["ResourceType": "snapshot", "Tag": tags]]]),
      doing: "keep a disk", changes: true)
    let found = try await ec2.all()
    #expect(found.map(\.kind) == ["volume", "snapshot"])
    #expect(found.first?.place?.machine == "10 GB volume")
    #expect(found.allSatisfy { !$0.isFromImage && $0.attachedTo == nil && $0.runUID == ec2.uid })
    let meters = found.compactMap(\.meters.first)
    #expect(meters.map(\.hourly) == [Money(Decimal(string: "0.0010958904") ?? 0), Money(Decimal(string: "0.0006849315") ?? 0)])
    #expect(meters.map(\.kind) == [.disk, .storage] && meters.map(\.isCeiling) == [false, true] && meters.allSatisfy { $0.asOf != nil })
    for resource in found { _ = try await ec2.provider.end(resource.id) }
    #expect(try await ec2.all().filter { $0.state != .gone }.isEmpty)
    #expect(try await ec2.provider.end(ResourceID(volume)) == .alreadyGone)
  }

  @Test("a root disk that does not go with its machine: shown with it, then alone, and as one that holds nothing but what the run left")
  func rootDisk() async throws {
    let ec2 = try await TestEC2()
    let machine = try await ec2.launch(try await ec2.composed())
    #expect(try await ec2.all().map(\.kind) == ["machine"], "it is part of the machine")
    let listed = try #require(try await ec2.all().first)
    let disk = try #require(listed.attachments.first)
    let node = try await ec2.provider.ask("us-east-1", EC2Calls.describeInstance(machine.id.rawValue), doing: "look")
    let device = try #require(node.items("reservationSet").first?.items("instancesSet").first?.text("rootDeviceName"))
    let keep = EC2Calls.form(
      "ModifyInstanceAttribute",
      [
        "InstanceId": .text(machine.id.rawValue),
        "BlockDeviceMapping": [["DeviceName": .text(device), "Ebs": ["DeleteOnTermination": false]]],
      ])
    _ = try await ec2.provider.ask("us-east-1", keep, doing: "keep the disk", changes: true)
    let both = try await ec2.all()
    try #require(both.map(\.kind) == ["machine", "volume"] && both[0].attachments.map(\.diesToo) == [false])
    #expect(both[1].id == disk.id && both[1].attachedTo == machine.id && both[1].isFromImage && both[1].intent == machine.intent)
    #expect(both[1].meters.first?.hourly == Money(Decimal(string: "0.0054794521") ?? 0), "50 GB of gp3")
    #expect(try await ec2.all(.managed).map(\.kind) == ["machine"], "ten thousand disks of ten thousand machines are not asked for")
    _ = try await ec2.provider.end(machine.id)
    try await eventually { try await ec2.all(.managed).contains { $0.id == disk.id && $0.attachedTo == nil } }
    _ = try await ec2.provider.end(disk.id)
    #expect(try await ec2.provider.status(of: disk.id) == .gone)
    #expect(try await ec2.account.violations().isEmpty)
  }

  @Test("prices that are known are asked for again, dated, in each region; what does not answer leaves them, and unknown stays unknown")
  func refresh() async throws {
    let ec2 = try await TestEC2(["regions": .array([.string("us-east-1"), .string("eu-central-1")])])
    var need = ResourceNeed()
    need.cpuMillis = 2_000
    func prices() async throws -> [String: Offer] {
      Dictionary(
        try await ec2.provider.offers(for: need).map { offer in
          (([offer.machine] + [offer.priceSource, offer.region, offer.pricedOn].compactMap(\.self)).joined(separator: ", "), offer)
        }
      ) { first, _ in first }
    }
    var stale = PriceBook(region: "eu-central-1")
    for type in CatalogueReader.bundled { stale.machines[type.name] = .init(usd: "9", date: "2026-01-01", source: "old list") }
    stale.diskMonth = .init(usd: "5", date: "2026-01-01", source: "old list")
    ec2.provider.prices.keep(stale)
    #expect(try await prices().keys.contains { $0.hasSuffix("old list, eu-central-1, 2026-01-01") })
    try await ec2.provider.refreshPrices(for: need)
    let day = String(Timestamp.format(Date()).prefix(10))
    for region in ["us-east-1", "eu-central-1"] {
      let book = ec2.provider.prices.book(region)
      #expect(book.diskMonth?.date == day && book.diskMonth?.source == "AWS Price List")
      #expect(book.machines["t3.medium"]?.date == day && book.machines["t3.medium"]?.usd != "9", "\(region)")
      #expect(book.machines["p5.48xlarge"]?.date != day, "not among the likeliest")
    }
    #expect(try await prices().keys.contains { $0.hasPrefix("t3.medium, AWS Price List, eu-central-1, \(day)") })
    let both = ["us-east-1", "eu-central-1"].map { ec2.provider.prices.book($0).hourly("t3.medium") }
    #expect(both[0] != both[1])
    try await ec2.account.addFault(.error("AccessDeniedException"), action: "GetProducts", times: 9)
    let before = ec2.provider.prices.book("us-east-1")
    await #expect(throws: ProviderError.self) { try await ec2.provider.refreshPrices(for: need) }
    #expect(ec2.provider.prices.book("us-east-1") == before)
  }

  @Test("who asks, and whether it may")
  func account() async throws {
    let ec2 = try await TestEC2()
    let account = try await ec2.provider.account()
    #expect(account.id.count == 12)
    #expect(account.identity.hasPrefix("arn:aws:"))
    let results = await ec2.provider.check()
    #expect(results.first?.name == "credentials")
    #expect(results.first { $0.name == "renting in us-east-1" }?.outcome == .ok, "\(results)")
    #expect(results.first { $0.name == "mailbox" }?.outcome == .failed)
  }

  @Test("wrong keys are said so; a clock that is off is made up for")
  func keys() async throws {
    let wrong = try await TestEC2(environment: ["AWS_SECRET_ACCESS_KEY": "f4lse"])
    let error = await #expect(throws: ProviderError.self) { try await wrong.all() }
    #expect(error?.code == .unauthorised)
    #expect(error?.message.contains("f4lse") == false)

    let late = try await TestEC2(now: { Date().addingTimeInterval(-1_200) })
    #expect(try await late.all().isEmpty)
  }

  @Test("spot machines carry their ceiling, and their history has prices")
  func spot() async throws {
    let ec2 = try await TestEC2()
    let rental = try await ec2.composed(spot: true, ceiling: Money(Decimal(4) / 100))
    #expect(rental.request.contains("InstanceMarketOptions.SpotOptions.MaxPrice=0.04"))
    let machine = try await ec2.launch(rental)
    #expect(try await ec2.all().first?.place?.market == .spot)
    var settings = AWSAccount.Settings()
    settings.spotPage = 3
    try await ec2.account.configure(settings)
    // Nine days and a bit: ten midnights, or the price of the day before too, on pages of three.
    let prices = try await ec2.provider.prices(at: rental.place, from: Date().addingTimeInterval(-9.5 * 86_400), to: Date())
    #expect(prices == prices.sorted { $0.from < $1.from } && (10...11).contains(prices.count), "\(prices)")
    #expect(prices.first.map { $0.from < Date().addingTimeInterval(-9.5 * 86_400) } == true, "with the one that held at the beginning")
    #expect(Set(prices.map(\.hourly)).count > 1)
    #expect(try await ec2.account.log(action: "DescribeSpotPriceHistory").count { $0.parameters["MaxResults"] != nil } >= 4)
    var elsewhere = rental.place
    (elsewhere.market, elsewhere.zone) = (.spot, nil)
    #expect(try await ec2.provider.prices(at: elsewhere, from: Date(), to: Date()).isEmpty, "of which zone nobody knows")
    _ = try await ec2.provider.end(machine.id)
  }

  @Test("a place on the market offers its price now, and freezes the price on demand as its ceiling")
  func ceiling() async throws {
    let ec2 = try await TestEC2()
    let spot = try #require(try await ec2.provider.candidates(for: ec2.need(spot: true)).first)
    let usual = try #require(try await ec2.provider.candidates(for: ec2.need()).first)
    let compute = try #require(spot.meters.first)
    #expect(compute.isCeiling && compute.hourly == usual.meters.first?.hourly && compute.hourly != nil)
    #expect(try #require(spot.offer.pricePerHour) < #require(usual.offer.pricePerHour))
    #expect(spot.offer.priceSource == "spot price history" && usual.meters.first?.isCeiling == false)
    #expect(spot.offer.isSpot && spot.offer.zone == spot.place.zone && spot.offer.region == "us-east-1" && !usual.offer.isSpot)
    #expect(spot.offer.pricedOn == String(Timestamp.format(Date()).prefix(10)))
    #expect(compute.capped(at: Money(Decimal(1) / 100)).hourly == Money(Decimal(1) / 100) && compute.capped(at: Money(9)) == compute)
  }

  @Test("a session may do what its policy says, for as long as was asked")
  func session() async throws {
    let ec2 = try await TestEC2(policy: #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#)
    let policy = #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#
    let credentials = try await ec2.provider.session.session(named: "machine", policy: policy, lifetime: .seconds(7_200))
    let left = try #require(credentials.expires).timeIntervalSinceNow
    #expect((7_000...7_300).contains(left))
    let token = try #require(credentials.sessionToken)
    let other = try await TestEC2(
      environment: [
        "AWS_ACCESS_KEY_ID": credentials.accessKeyID, "AWS_SECRET_ACCESS_KEY": credentials.secretAccessKey.withExposed { $0 },
        "AWS_SESSION_TOKEN": token.withExposed { $0 },
      ])
    let error = await #expect(throws: ProviderError.self) { try await other.all() }
    #expect(error?.code == .forbidden, "signed rightly, and not allowed to list")
  }
}
