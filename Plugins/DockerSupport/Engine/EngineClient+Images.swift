import HTTPTransport
public import TrainingModel

extension EngineClient {
  /// What the engine has under an image's name.
  /// - Throws: ``EngineError`` of kind `imageNotFound` when that is nothing.
  public func image(_ name: String) async throws(EngineError) -> ImageFacts {
    let doing = "look at the image '\(name)'"
    // The name's slashes stay: it is several parts of the path.
    let path = "/images/" + PercentEncoding.encode(name, keep: "/:@") + "/json"
    return try decode(ImageFacts.self, try await call(request("GET", path), doing: doing, image: name), doing: doing)
  }

  /// Pulls an image.
  ///
  /// - Parameters:
  ///   - login: what the registry wants to see.
  ///   - report: how far it is; may be called often.
  /// - Throws: ``EngineError``; also for what the engine reports in the middle of an answer that began well.
  public func pull(_ name: String, login: RegistryLogin?, report: @Sendable (RunProgress) -> Void) async throws(EngineError) {
    let doing = "pull the image '\(name)'"
    let reference = ImageReference(name)
    var headers: HTTPHeaders = [:]
    if let login { headers["X-Registry-Auth"] = login.header }
    let query = [("fromImage", reference.name), ("tag", reference.version)]
    let patience = HTTPPatience(firstByte: .seconds(180), idle: .seconds(900))
    let response = try await send(request("POST", "/images/create", query, headers: headers, patience: patience), doing: doing)
    guard response.head.isSuccess else {
      throw refusal(response.head, (try? await response.body.collect()) ?? [], doing: doing, image: name)
    }
    report(RunProgress(phase: "pulling image", detail: name))
    var progress = PullProgress(image: name)
    while true {
      let piece: [UInt8]?
      do throws(HTTPError) { piece = try await response.body.next() } catch { throw EngineError(error, endpoint: endpoint, doing: doing) }
      guard let piece else { break }
      if progress.take(piece) { report(progress.summary) }
    }
    if let words = progress.failure { throw EngineError(status: 500, words: words, doing: doing, image: name, endpoint: endpoint) }
  }
}
