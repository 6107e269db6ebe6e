import AWSSupport
import Basics
import FoundationEssentials
public import ProviderKit
public import TrainingModel
import XML

extension EC2Provider: RentingProvider {
  /// The account, the identity's ARN, and when its credentials end.
  public func account() async throws(ProviderError) -> RentalAccount {
    let who = try await who()
    return RentalAccount(id: who.account, identity: who.arn, credentialsExpire: try await session.keeper.found().credentials.expires)
  }

  /// Listings follow changes within seconds, but nothing is promised; a minute has never been seen to be too short.
  public var consistencyWindow: Duration { .seconds(60) }

  /// The session's region and the settings'.
  public var listedRegions: Set<String>? { Set(regions) }

  /// By the machine's metadata service, two minutes before.
  public var interruptionNotice: String? { SpotNotice.kind }

  /// The form of a RunInstances request, after a rehearsal of the same without token and tags.
  public func compose(_ candidate: RentalCandidate, _ order: RentalOrder) async throws(ProviderError) -> ComposedLaunch {
    let place = candidate.place
    let settings = settings.with(order.need.options)
    let image = try await image(
      settings, architecture: candidate.architecture, hasGPU: candidate.offer.gpuType != nil, region: place.region)
    let gigabytes = gigabytes(order.need.resources, hasGPU: candidate.offer.gpuType != nil)
    guard image.leastGigabytes <= gigabytes else {
      throw ProviderError(
        .invalidRequest, "the image \(image.name ?? image.id) needs a disk of \(image.leastGigabytes) GB; \(gigabytes) GB were asked for",
        hints: ["write `resources: {disk: \(image.leastGigabytes + 20)GB}`"])
    }
    guard image.architecture == candidate.architecture else {
      throw ProviderError(
        .invalidRequest, "the image \(image.id) is for \(image.architecture), \(place.machine) is \(candidate.architecture)")
    }
    let run = RunInstances(place: place, image: image, settings: settings, diskGigabytes: gigabytes)
    let form = try run.form(order)
    try await rehearse(run.rehearsal(), place)
    return ComposedLaunch(token: order.token, place: place, request: form.body)
  }

  /// Asks whether EC2 would do it.
  func rehearse(_ form: QueryForm, _ place: RentalPlace) async throws(ProviderError) {
    do throws(ProviderError) {
      _ = try await ask(place.region, form, doing: "rehearse renting \(place.machine)")
    } catch  where error.vendorCode == "DryRunOperation" {
      return
    }
  }

  /// Finds the image to boot from: the setting, else the newest that has what a run needs.
  func image(_ settings: EC2Settings, architecture: String, hasGPU: Bool, region: String) async throws(ProviderError) -> MachineImage {
    var id = settings.image ?? "ssm:" + MachineImage.parameter(architecture: architecture, hasGPU: hasGPU)
    if id.hasPrefix("ssm:") {
      let name = String(id.dropFirst(4))
      let answer = try await session.client(.ssm, region: region).json(
        .json("AmazonSSM.GetParameter", .object(["Name": .string(name)]), doing: "find the image at \(name) in \(region)"))
      guard let value = answer["Parameter"]?["Value"]?.stringValue, value.hasPrefix("ami-") else {
        throw ProviderError(.notFound, "the parameter \(name) holds no image id", hints: ["set `image = \"ami-…\"` in providers.toml"])
      }
      id = value
    }
    let answer = try await ask(region, EC2Calls.describeImage(id), doing: "look at the image \(id)")
    guard let node = answer.items("imagesSet").first, let root = node.text("rootDeviceName") else {
      throw ProviderError(
        .notFound, "there is no image \(id) in \(region)", hints: ["images belong to one region: check `image` and `region`"])
    }
    let disk = node.items("blockDeviceMapping").first { $0.text("deviceName") == root }?["ebs"]?.text("volumeSize")
    return MachineImage(
      id: id, name: node.text("name"), rootDevice: root, leastGigabytes: disk.flatMap { Int64($0) } ?? 1,
      architecture: node.text("architecture") == "arm64" ? "aarch64" : "x86_64")
  }

  /// Sends exactly what the ledger has, signed anew. Repeating it under the same token finds the first call's machine.
  public func launch(_ request: LaunchRequest, token: LaunchToken) async throws(ProviderError) -> Resource {
    guard let rental = request.rental, rental.token == token, let form = QueryForm(body: rental.request), form.action == "RunInstances"
    else {
      throw ProviderError(.invalidRequest, "a launch on EC2 needs the request that the ledger has written down")
    }
    return try await send(rental, form)
  }

  /// The launch itself.
  func send(_ rental: ComposedLaunch, _ form: QueryForm) async throws(ProviderError) -> Resource {
    let place = rental.place
    let doing = "rent \(place.machine)" + (place.zone.map { " in zone \($0)" } ?? "")
    let answer = try await ask(place.region, form, doing: doing, changes: true)
    guard let instance = InstanceAnswer.reserved(answer).first else {
      throw ProviderError(.vendorFault, "cannot \(doing): the answer names no machine", effect: .unknown)
    }
    guard instance.state != .gone else {
      throw ProviderError(
        .conflict, "the machine \(instance.id) that this launch made has ended since", vendorCode: "IdempotentInstanceTerminated",
        effect: .applied)
    }
    var resource = instance.resource(provider: id, account: place.account, region: place.region)
    resource.stateReason = await objectionToEnding(instance.id, in: place.region) ?? resource.stateReason
    return resource
  }

  /// Whether we may end what we have just begun; asked at once, while somebody is there to read it.
  private func objectionToEnding(_ instance: String, in region: String) async -> String? {
    do throws(ProviderError) {
      _ = try await ask(region, EC2Calls.terminate(instance, rehearsal: true), doing: "rehearse ending \(instance)")
      return nil
    } catch {
      return error.code == .forbidden ? "this identity may not end it: \(error.message)" : nil
    }
  }
}
