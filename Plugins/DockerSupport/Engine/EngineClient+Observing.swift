import HTTPTransport

extension EngineClient {
  /// What a container has written from byte `offset` of its output on, taken from the engine's log.
  public func output(of container: String, from offset: Int64) async throws(EngineError) -> [UInt8] {
    let body = try await log(container)
    var frames = StreamDemultiplexer()
    var skip = offset
    var bytes: [UInt8] = []
    while true {
      let piece: [UInt8]?
      do throws(HTTPError) { piece = try await body.next() } catch {
        throw EngineError(error, endpoint: endpoint, doing: "read the container's log")
      }
      guard var piece else { return bytes }
      let count = try Self.unwrap(&piece, &frames)
      let dropped = min(Int64(count), skip)
      skip -= dropped
      bytes += piece[Int(dropped)..<count]
    }
  }

  private static func unwrap(_ piece: inout [UInt8], _ frames: inout StreamDemultiplexer) throws(EngineError) -> Int {
    let count = piece.withUnsafeMutableBytes { try? frames.unwrap($0) }
    guard let count else { throw EngineError(.notAnEngine, "the engine's log is not of the form that it should have") }
    return count
  }

  /// What a container has used so far.
  public func usage(of container: String) async throws(EngineError) -> ContainerUsage {
    let doing = "measure the container"
    let path = "/containers/" + PercentEncoding.encode(container) + "/stats"
    let request = request("GET", path, [("stream", "0"), ("one-shot", "1")], patience: HTTPPatience(firstByte: .seconds(10)))
    return try decode(ContainerUsage.self, try await call(request, doing: doing), doing: doing)
  }
}
