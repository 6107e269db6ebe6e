import AWSSupport
import Basics
import FoundationEssentials
public import ProviderKit
import Synchronization
public import TrainingModel
import XML

extension EC2Provider {
  /// One page: machines, then disks, then snapshots of each region. A region that does not answer is a gap, and the others go on.
  public func resources(_ scope: ListingScope, after page: PageToken?) async throws(ProviderError) -> ResourcePage {
    var cursor = ListingCursor.start
    if let page {
      guard let read = ListingCursor(page), read.region < regions.count else {
        throw ProviderError(.invalidRequest, "that page token is none of this provider's")
      }
      cursor = read
    }
    let region = regions[cursor.region]
    do throws(ProviderError) {
      let (found, more) = try await listing(scope, cursor, region)
      memory.known.withLock { known in
        for resource in found { known.regions[resource.id] = region }
      }
      return ResourcePage(found, next: cursor.next(after: more, regions: regions.count)?.token)
    } catch {
      // One region alone: nothing was seen at all, and the caller should know why.
      guard regions.count > 1 else { throw error }
      var gap = ResourcePage([], next: cursor.nextRegion(regions.count)?.token, isComplete: false)
      gap.gaps = ["\(region): \(error.message)"]
      gap.unanswered = [region]
      return gap
    }
  }

  private func listing(_ scope: ListingScope, _ cursor: ListingCursor, _ region: String) async throws(ProviderError) -> (
    [Resource], String?
  ) {
    let filters = filters(scope)
    // The owner is in the answer for machines; for the rest it is whoever asks.
    let account = memory.known.withLock { $0.identity?.account } ?? ""
    func resource(_ answer: StorageAnswer, _ book: PriceBook) -> Resource {
      answer.resource(provider: id, account: account, region: region, book)
    }
    switch cursor.kind {
    case .machines:
      let answer = try await ask(region, EC2Calls.describeInstances(filters: filters, after: cursor.page), doing: "list machines")
      var found = InstanceAnswer.list(answer).map { $0.resource(provider: id, account: account, region: region) }
      if case .run = scope {
        for index in found.indices where found[index].state != .gone {
          found[index].hasVendorProtection = try await isProtected(found[index].id, region)
        }
      }
      return (found, answer.text("nextToken"))
    case .volumes:
      let answer = try await ask(
        region, EC2Calls.describeVolumes(filters: filters + Self.alone(scope), after: cursor.page), doing: "list disks")
      let found = StorageAnswer.volumes(answer).filter { !$0.goesWithMachine }
      let book = found.isEmpty ? PriceBook(region: region) : prices.book(region)
      return (found.map { resource($0, book) }, answer.text("nextToken"))
    case .snapshots:
      let answer = try await ask(region, EC2Calls.describeSnapshots(filters: filters, after: cursor.page), doing: "list snapshots")
      let found = StorageAnswer.snapshots(answer)
      let book = found.isEmpty ? PriceBook(region: region) : prices.book(region)
      return (found.map { resource($0, book) }, answer.text("nextToken"))
    }
  }

  private func filters(_ scope: ListingScope) -> [QueryValue] {
    switch scope {
    case .ours, .managed: [EC2Calls.filter("tag:\(OwnershipTags.createdBy)", ["runpilot"])]
    case .run(let uid): [EC2Calls.filter("tag:\(OwnershipTags.run)", [uid])]
    case .everything: []
    }
  }

  /// Disks that hang on a machine were shown with it. Ten thousand machines have ten thousand of them, so they are not asked for again.
  private static func alone(_ scope: ListingScope) -> [QueryValue] {
    if case .run = scope { return [] }
    return [EC2Calls.filter("status", ["creating", "available", "deleting", "error"])]
  }

  private func isProtected(_ resource: ResourceID, _ region: String) async throws(ProviderError) -> Bool {
    let form = EC2Calls.form("DescribeInstanceAttribute", ["InstanceId": .text(resource.rawValue), "Attribute": "disableApiTermination"])
    let answer = try await ask(region, form, doing: "ask whether \(resource) is protected")
    return answer["disableApiTermination"]?.text("value") == "true"
  }

  /// How one machine, disk or snapshot stands.
  public func status(of resource: ResourceID) async throws(ProviderError) -> ResourceState {
    let kind = try Self.kind(of: resource)
    let form = EC2Calls.form(kind.describe, [kind.parameter: [.text(resource.rawValue)]])
    let answer = try await inItsRegion(resource) { region throws(ProviderError) in
      try await ask(region, form, doing: "look at \(resource)")
    }
    return answer.flatMap(kind.state) ?? .gone
  }

  /// Asks the regions one after the other until one knows the resource.
  /// - Returns: nil when none does.
  func inItsRegion<Answer: Sendable>(
    _ resource: ResourceID, _ body: (String) async throws(ProviderError) -> Answer
  ) async throws(ProviderError) -> Answer? {
    let known = memory.known.withLock { $0.regions[resource] }
    for region in known.map({ [$0] }) ?? regions {
      do throws(ProviderError) {
        let answer = try await body(region)
        memory.known.withLock { $0.regions[resource] = region }
        return answer
      } catch {
        guard error.code == .notFound else { throw error }
      }
    }
    return nil
  }
}
