import HTTPTransport

/// A wait that the engine knows of.
public struct ContainerWait: Sendable {
  private struct Answer: Decodable {
    struct Failure: Decodable {
      var message: String?
      enum CodingKeys: String, CodingKey { case message = "Message" }
    }
    var code: Int32
    var error: Failure?
    enum CodingKeys: String, CodingKey {
      case code = "StatusCode"
      case error = "Error"
    }
  }

  let client: EngineClient
  let body: any HTTPBodyReader

  /// The container's exit code, once it has ended.
  /// - Throws: ``EngineError``, such as when the engine goes away.
  public func exitCode() async throws(EngineError) -> Int32 {
    let doing = "wait for the container"
    let bytes: [UInt8]
    do throws(HTTPError) { bytes = try await body.collect() } catch { throw EngineError(error, endpoint: client.endpoint, doing: doing) }
    let answer = try client.decode(Answer.self, bytes, doing: doing)
    if let reason = answer.error?.message, !reason.isEmpty {
      throw EngineError(.engineFault, "cannot wait for the container: \(reason)", mayHaveHappened: true)
    }
    return answer.code
  }
}
