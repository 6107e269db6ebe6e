public import AWSSupport
import Basics
public import ControlAPI
public import FoundationEssentials
import ProviderKit

/// Copies and syncs files with the buckets of a store.
public struct S3Storage: Sendable {
  let client: S3Client
  let now: @Sendable () -> Date

  /// Over a client; contacts nobody.
  public init(client: S3Client, now: @escaping @Sendable () -> Date) {
    self.client = client
    self.now = now
  }

  func bucket(_ url: StorageURL) throws(ProviderError) -> S3Bucket { try client.bucket(url.bucket) }

  /// Every object below a prefix.
  func all(_ url: StorageURL, prefix: String) async throws(ProviderError) -> [ObjectFacts] {
    let bucket = try bucket(url)
    var objects: [ObjectFacts] = []
    var page: PageToken?
    repeat {
      let next = try await bucket.list(prefix: prefix, after: nil, page: page)
      objects += next.objects
      page = next.next
    } while page != nil
    return objects
  }
}

extension S3Storage: StorageService {
  /// Objects by key.
  public func list(_ url: StorageURL, after: String?, limit: Int) async throws -> StorageListing {
    let bucket = try bucket(url)
    var entries: [StorageListing.Entry] = []
    var page: PageToken?
    repeat {
      let next = try await bucket.list(prefix: url.key, after: after, page: page)
      entries += next.objects.map {
        StorageListing.Entry(
          url: StorageURL(bucket: url.bucket, key: $0.key), bytes: $0.size, modifiedAt: $0.modifiedAt, etag: $0.etag)
      }
      page = next.next
    } while page != nil && entries.count < limit
    let more = page != nil || entries.count > limit
    entries = Array(entries.prefix(limit))
    return StorageListing(entries, next: more ? entries.last?.url.key : nil)
  }

  /// What a deletion would delete.
  public func planDeletion(_ urls: [StorageURL], recursive: Bool) async throws -> StoragePlan {
    var steps: [StorageStep] = []
    for url in urls {
      if !url.isFolder, let facts = try await bucket(url).head(url.key) { steps.append(Self.deletion(facts, url.bucket)) }
      let below = recursive || url.isFolder ? try await all(url, prefix: url.prefix) : []
      if !recursive, url.isFolder, !below.isEmpty { throw StorageMistake.manyObjects(url, below.count) }
      steps += below.map { Self.deletion($0, url.bucket) }
      if !steps.contains(where: { Self.key($0).hasPrefix(url.key) }) { throw StorageMistake.nothing(url) }
    }
    var seen: Set<String> = []
    return StoragePlan(steps.filter { seen.insert($0.target.description).inserted })
  }

  /// What a clean-up would delete.
  public func planCleanup(_ url: StorageURL, keeping: Int) async throws -> StoragePlan {
    let objects = try await all(url, prefix: url.prefix)
    let superfluous = KeepLast.superfluous(objects, below: url.prefix, keeping: keeping)
    return StoragePlan(superfluous.map { Self.deletion($0, url.bucket) }, unchanged: objects.count - superfluous.count)
  }

  /// An address for others.
  public func grant(_ url: StorageURL, _ verb: StorageVerb, lifetime: Duration, maximumBytes: Int64) async throws -> StorageGrant {
    guard !url.isFolder else { throw StorageMistake.noObject(url) }
    guard (1...604_800).contains(lifetime.components.seconds) else { throw StorageMistake.badLifetime(lifetime) }
    let until = now().addingTimeInterval(lifetime.inSeconds)
    switch verb {
    case .get, .put:
      let address = try await bucket(url).presigned(verb.rawValue.uppercased(), url.key, lifetime: lifetime)
      return StorageGrant(url: address, until: until)
    case .post:
      let form = try await bucket(url).presignedPost(url.key, lifetime: lifetime, maximumBytes: maximumBytes)
      return StorageGrant(url: form.url, fields: form.fields, until: until)
    }
  }

  static func deletion(_ facts: ObjectFacts, _ bucket: String) -> StorageStep {
    StorageStep(.delete, .object(StorageURL(bucket: bucket, key: facts.key)), bytes: facts.size, modifiedAt: facts.modifiedAt)
  }

  private static func key(_ step: StorageStep) -> String {
    if case .object(let url) = step.target { url.key } else { "" }
  }
}
