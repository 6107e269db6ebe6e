import AWSSupport
import Basics
public import ControlAPI
import FoundationEssentials
import Glibc
import ProviderKit

extension S3Storage {
  /// Compares both ends of a transfer.
  public func plan(_ transfer: StorageTransfer) async throws -> StoragePlan {
    switch (transfer.source, transfer.target) {
    case (.file(let path), .object(let url)): try await planUpload(path, url, transfer)
    case (.object(let url), .file(let path)): try await planDownload(url, path, transfer)
    default: throw StorageMistake.sameSide(transfer.source, transfer.target)
    }
  }

  private func planUpload(_ path: String, _ url: StorageURL, _ transfer: StorageTransfer) async throws -> StoragePlan {
    var info = stat()
    guard stat(path, &info) == 0 else { throw StorageMistake.noFile(path) }
    guard info.st_mode & S_IFMT == S_IFDIR else {
      let key = url.isFolder ? url.key + Paths.name(of: path) : url.key
      let item = SyncItem(key, Int64(info.st_size), LocalTree.time(info))
      let there = transfer.comparison == .always ? nil : try await bucket(url).head(key)
      return try await plan([item], there.map { [Self.item($0, below: "")] } ?? [], transfer, root: "", prefix: "") { _ in path }
    }
    var tree = try await scan(path, transfer.exclude)
    var objects = try await objects(url, transfer, tree.filter)
    if transfer.comparison == .always, !transfer.deletes { objects = [] }
    if transfer.comparison == .checksum { tree.items = await tagged(tree.items, like: objects, below: path) }
    return try await plan(tree.items, objects, transfer, root: path, prefix: url.prefix, tree.omissions) { path + "/" + $0 }
  }

  private func plan(
    _ items: [SyncItem], _ objects: [SyncItem], _ transfer: StorageTransfer, root: String, prefix: String,
    _ omissions: [StoragePlan.Omission] = [], file: (String) -> String
  ) async throws -> StoragePlan {
    guard case .object(let url) = transfer.target else { return StoragePlan() }
    let plan = SyncPlan(from: items, to: objects, transfer.comparison, deletes: transfer.deletes)
    if items.isEmpty, !plan.deletions.isEmpty { throw StorageMistake.emptySource(transfer.source, plan.deletions.count) }
    let target = { (item: SyncItem) in StoragePlace.object(StorageURL(bucket: url.bucket, key: prefix + item.path)) }
    let steps =
      plan.copies.map { StorageStep(.upload, from: .file(file($0.path)), target($0), bytes: $0.size, modifiedAt: $0.modifiedAt) }
      + plan.deletions.map { StorageStep(.delete, target($0), bytes: $0.size, modifiedAt: $0.modifiedAt) }
    return StoragePlan(steps, unchanged: plan.unchanged, omissions: omissions)
  }

  private func planDownload(_ url: StorageURL, _ path: String, _ transfer: StorageTransfer) async throws -> StoragePlan {
    if !url.isFolder, !transfer.deletes, let facts = try await bucket(url).head(url.key) {
      let file = Files.isFolder(path) || path.hasSuffix("/") ? path + "/" + url.name : path
      return try await planOne(facts, url, file, transfer)
    }
    let tree = try await scan(path, transfer.exclude)
    let facts = try await all(url, prefix: url.prefix)
    if facts.isEmpty, !transfer.deletes { throw StorageMistake.nothing(url) }
    var omissions = tree.omissions
    var items: [SyncItem] = []
    for item in facts.map({ Self.item($0, below: url.prefix) }) where !tree.filter.ignores(item.path) {
      if let objection = SafePath.objection(to: item.path) {
        // Consoles make empty objects that stand for folders; they are no loss.
        if !(item.size == 0 && item.path.hasSuffix("/") || item.path.isEmpty) {
          omissions.append(.init(name: url.prefix + item.path, reason: objection))
        }
      } else {
        items.append(item)
      }
    }
    var present = tree.items
    if transfer.comparison == .checksum { present = await tagged(present, like: items, below: path) }
    let plan = SyncPlan(from: items, to: present, transfer.comparison, deletes: transfer.deletes)
    if items.isEmpty, !plan.deletions.isEmpty { throw StorageMistake.emptySource(transfer.source, plan.deletions.count) }
    let copies = plan.copies.map { item in
      StorageStep(
        .download, from: .object(StorageURL(bucket: url.bucket, key: url.prefix + item.path)), .file(path + "/" + item.path),
        bytes: item.size, modifiedAt: item.modifiedAt)
    }
    let deletions = plan.deletions.map { StorageStep(.delete, .file(path + "/" + $0.path), bytes: $0.size, modifiedAt: $0.modifiedAt) }
    return StoragePlan(copies + deletions, unchanged: plan.unchanged, omissions: omissions, folder: path)
  }

  private func planOne(_ facts: ObjectFacts, _ url: StorageURL, _ file: String, _ transfer: StorageTransfer) async throws -> StoragePlan {
    var info = stat()
    var present = stat(file, &info) == 0 ? [SyncItem(url.key, Int64(info.st_size), LocalTree.time(info))] : []
    let item = SyncItem(url.key, facts.size, facts.modifiedAt, tag: facts.etag)
    if transfer.comparison == .checksum, !present.isEmpty {
      present[0].tag = await client.tag(ofFile: file, like: facts.etag, size: present[0].size)
    }
    let plan = SyncPlan(from: [item], to: present, transfer.comparison, deletes: false)
    let steps = plan.copies.map {
      StorageStep(.download, from: .object(url), .file(file), bytes: $0.size, modifiedAt: $0.modifiedAt)
    }
    return StoragePlan(steps, unchanged: plan.unchanged)
  }

  private func scan(_ path: String, _ exclude: [String]) async throws -> LocalTree {
    try await BackgroundThread.run { Result { () throws(SystemError) in try LocalTree.scan(path, exclude: exclude) } }.get()
  }

  private func objects(_ url: StorageURL, _ transfer: StorageTransfer, _ filter: PathFilter) async throws(ProviderError) -> [SyncItem] {
    if transfer.comparison == .always, !transfer.deletes { return [] }
    return try await all(url, prefix: url.prefix).map { Self.item($0, below: url.prefix) }.filter {
      !$0.path.isEmpty && !filter.ignores($0.path)
    }
  }

  /// The files with the tags that the store would give them, where one of the same size is there to compare with.
  private func tagged(_ files: [SyncItem], like objects: [SyncItem], below root: String) async -> [SyncItem] {
    let tags = Dictionary(objects.map { ($0.path, $0) }) { first, _ in first }
    var files = files
    for index in files.indices {
      guard let other = tags[files[index].path], other.size == files[index].size, let tag = other.tag else { continue }
      files[index].tag = await client.tag(ofFile: root + "/" + files[index].path, like: tag, size: other.size)
    }
    return files
  }

  private static func item(_ facts: ObjectFacts, below prefix: String) -> SyncItem {
    SyncItem(String(facts.key.dropFirst(prefix.count)), facts.size, facts.modifiedAt, tag: facts.etag)
  }
}
