import Basics
import Glibc
import HTTPTransport

extension EngineError {
  static func badAddress(_ address: String, _ source: String, _ why: String) -> EngineError {
    EngineError(
      .badSettings, "the engine's address '\(address)' (from \(source)) is none: \(why)",
      hints: ["write it as unix:///var/run/docker.sock or tcp://HOST:2376"])
  }

  static func overSSH(_ address: String, _ source: String) -> EngineError {
    let host = address.dropFirst(6)
    return EngineError(
      .badSettings, "the engine's address '\(address)' (from \(source)) leads through ssh, which RunPilot does not do by itself",
      hints: [
        "forward its socket: `ssh -fNL /tmp/engine.sock:/var/run/docker.sock \(host)`, then `export DOCKER_HOST=unix:///tmp/engine.sock`",
        "mind that the engine sees the files of its own machine",
      ])
  }

  /// No answer came.
  /// - Parameter doing: such as "create the container".
  init(_ error: HTTPError, endpoint: EngineEndpoint, doing: String) {
    let place = "\(endpoint.address) (from \(endpoint.source))"
    let without = "or run it on this machine itself: `runpilot run --no-docker …`"
    switch error.kind {
    case .socketMissing, .refused:
      self.init(
        .unreachable, "no container engine answers at \(place)",
        hints: [
          "start it: `sudo systemctl start docker`, or without root: `systemctl --user start docker`",
          "or say where it is: `export DOCKER_HOST=unix:///path/to/docker.sock`", without,
        ])
    case .notAllowed:
      self.init(
        .notAllowed, "this user may not use the container engine at \(place)",
        hints: [
          "join its group, then log in anew: `sudo usermod -aG docker $USER`",
          "or use it without root: https://docs.docker.com/engine/security/rootless/", without,
        ])
    case .nameUnknown, .unreachable, .timedOut:
      self.init(
        .unreachable, "cannot \(doing): \(error.message), reaching for \(place)", hints: error.hints + [without],
        mayHaveHappened: error.mayHaveArrived)
    case .tls:
      self.init(
        .notAllowed, "cannot \(doing): \(error.message)",
        hints: error.hints + ["the certificates come from \(endpoint.source): check DOCKER_TLS_VERIFY and DOCKER_CERT_PATH"])
    case .malformed, .tooLarge:
      self.init(
        .notAnEngine, "what answers at \(place) is no container engine: \(error.message)", mayHaveHappened: error.mayHaveArrived)
    case .cancelled: self.init(.cancelled, "gave up to \(doing)", mayHaveHappened: error.mayHaveArrived)
    case .closed, .invalidRequest, .localFile, .missingLibrary:
      self.init(.unreachable, "cannot \(doing): \(error.message)", mayHaveHappened: error.mayHaveArrived)
    }
  }

  /// The engine answered, and refused.
  ///
  /// Its status says little (many refusals are a 500), so the words decide, as they do for its own command line.
  init(status: Int, words: String, doing: String, image: String? = nil, endpoint: EngineEndpoint) {
    let (kind, hints) = Self.diagnose(status: status, words: words, image: image, endpoint: endpoint)
    self.init(kind, "cannot \(doing): \(Self.shortened(words))", hints: hints, status: status)
  }

  private static func diagnose(status: Int, words: String, image: String?, endpoint: EngineEndpoint) -> (Kind, [String]) {
    let lower = words.lowercased()
    func says(_ parts: String...) -> Bool { parts.contains { lower.contains($0) } }
    if let gpu = gpuDiagnosis(lower) { return gpu }
    if says("bind source path does not exist", "error while creating mount source path") {
      let elsewhere = endpoint.mayBeElsewhere ? ["the engine at \(endpoint.address) sees the files of its own machine"] : []
      return (.invalidRequest, elsewhere + ["create the folder, or correct it under `mounts:` in the run file"])
    }
    if says("unable to start container process", "oci runtime", "starting container process") {
      if let program = programDiagnosis(lower) { return program }
    }
    if says("docker-init", "catatonit") {
      let package = says("catatonit") ? "catatonit" : "tini"
      return (.engineFault, ["the engine lacks its small init program: install it, such as `sudo apt-get install \(package)`"])
    }
    if let image, let registry = registryDiagnosis(status, lower, image) { return registry }
    switch status {
    case 404: return (image == nil ? .containerNotFound : .imageNotFound, [])
    case 409: return (.conflict, [])
    case 401, 403: return (.notAllowed, [])
    case 400: return (.invalidRequest, [])
    default: return (.engineFault, [])
    }
  }

  private static func programDiagnosis(_ lower: String) -> (Kind, [String])? {
    if lower.contains("executable file not found") || lower.contains("no such file or directory") {
      return (.programNotFound, ["the program must be in the image, or in a folder that is mounted; its path is the one inside"])
    }
    if lower.contains("permission denied") || lower.contains("is a directory") || lower.contains("exec format error") {
      return (.programNotExecutable, ["make it executable: `chmod +x FILE`, or name its interpreter: `entrypoint: [python3, train.py]`"])
    }
    return nil
  }

  private static func gpuDiagnosis(_ lower: String) -> (Kind, [String])? {
    guard
      lower.contains("could not select device driver") || lower.contains("nvidia-container")
        || lower.contains("unknown runtime specified nvidia")
    else { return nil }
    if lower.contains("unknown device") || lower.contains("device error") {
      return (.gpuUnavailable, ["see which GPUs there are: `nvidia-smi -L`", "ask for fewer, or for other ones: `--gpus 1`"])
    }
    return (
      .gpuUnavailable,
      [
        "install the NVIDIA Container Toolkit: https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
        "then let the engine know it: `sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl restart docker`",
        "see what is missing: `runpilot providers check nvidia-docker`",
      ]
    )
  }

  private static func registryDiagnosis(_ status: Int, _ lower: String, _ image: String) -> (Kind, [String])? {
    func says(_ parts: String...) -> Bool { parts.contains { lower.contains($0) } }
    let reference = ImageReference(image)
    if says(
      "unauthorized", "authentication required", "no basic auth", "denied: ", "access denied", "access to the resource is denied",
      "incorrect username")
    {
      let host = reference.registry == ImageReference.hub ? "" : " " + reference.registry
      return (.registryDenied, ["check the image's name", "log in to its registry: `docker login\(host)`"])
    }
    if says("no such image", "manifest unknown", "not found: manifest", "name unknown", "repository does not exist", "no matching manifest")
    {
      return (.imageNotFound, ["check the name and tag '\(image)'", "an image of your own: `docker build -t \(image) .`"])
    }
    if says(
      "dial tcp", "no such host", "connection refused", "timeout", "timed out", "tls: ", "x509", "toomanyrequests", "network is unreachable"
    ) {
      return (
        .registryUnreachable,
        ["the engine could not reach \(reference.registry), and has no image '\(image)' of its own: `docker images` shows what it has"]
      )
    }
    if says("invalid reference format", "repository name must be lowercase") {
      return (.invalidRequest, ["image names are in lower case: name:tag"])
    }
    return nil
  }

  /// Without the chain of programs that handed the error on; its last part says what happened.
  private static func shortened(_ words: String) -> String {
    let line = words.split(whereSeparator: \.isNewline).map { $0.trimmed() }.joined(separator: " ")
    for opening in ["unable to start container process: ", "starting container process caused: "] {
      guard let range = line.firstRange(of: opening) else { continue }
      let rest = line[range.upperBound...]
      return rest.hasSuffix(": unknown") ? String(rest.dropLast(9)) : String(rest)
    }
    return line.isEmpty ? "it gave no reason" : line
  }
}
