/// Whose engine answers, as far as it makes a difference: Podman's compatible socket is not Docker's in everything.
public enum EngineMake: Sendable, Hashable {
  /// Docker's own, and every other that does as it does.
  case docker
  /// Podman, by version.
  case podman(major: Int, minor: Int)

  /// Reads what an engine calls itself in the header `Server`: `Docker/20.10.24 (linux)`, `Libpod/5.4.0 (linux)`.
  public init(serverName: String?) {
    guard let name = serverName, name.hasPrefix("Libpod/") else {
      self = .docker
      return
    }
    let parts = name.dropFirst("Libpod/".count).prefix { $0 != " " }.split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
    self = .podman(major: parts.first ?? 0, minor: parts.dropFirst().first ?? 0)
  }

  /// Whether it is Podman.
  public var isPodman: Bool { self != .docker }

  /// What stands in the way of GPUs; nil when nothing does.
  ///
  /// Podman's socket takes a wish for GPUs since 5.4.0, and by the names of device descriptions (CDI) alone
  /// (https://github.com/containers/podman/pull/25171). Older ones accept the wish, pass it over, and start the job without.
  public var gpuProblem: (message: String, hints: [String])? {
    guard case .podman(let major, let minor) = self, (major, minor) < (5, 4) else { return nil }
    return (
      "Podman \(major).\(minor) hands out no GPUs through its compatible socket; 5.4 is the first that does",
      ["update Podman, or name a Docker Engine: `DOCKER_HOST=unix:///var/run/docker.sock`", "run it without: `--gpus 0`"]
    )
  }
}
