import Basics
import DockerSupport
import RunAgent
import RunPilotTesting
import Testing
import TrainingModel

@Suite("Pulling from a real registry")
struct PullTests {
  @Test("An image that the engine lacks is pulled with the login of the file; who has none is told how to get one")
  func pull() async throws {
    let registry = try await PrivateRegistry()
    let image = try await registry.hold("runpilot-test/busybox:1", as: "private/busybox:9")

    let refused = try await ContainerRun(["true"], image: image).run()
    #expect(refused.failure?.kind == .notAllowed, "\(String(describing: refused.failure))")
    #expect(refused.failure?.hints.contains { $0.contains("docker login \(registry.host)") } == true)

    let file = registry.loginFile
    let pulled = try await ContainerRun(["echo", "here"], image: image, options: { options, _ in options.loginFile = file }).run()
    #expect(pulled.text == "here\n", "\(String(describing: pulled.failure))")
    #expect(pulled.progress.first?.phase == "pulling image" && pulled.progress.first?.detail == image)
    let digest = try #require(pulled.started?.imageDigest)
    #expect(digest.hasPrefix("sha256:"))
    try await registry.forget(image)

    // The digest that was recorded is the registry's: the image can be named by it.
    let exact = "\(registry.host)/private/busybox@\(digest)"
    let again = try await ContainerRun(["echo", "exact"], image: exact, options: { options, _ in options.loginFile = file }).run()
    #expect(again.text == "exact\n", "\(String(describing: again.failure))")
    #expect(again.started?.imageDigest == digest)
    try await registry.forget(exact)
  }

  @Test("A tag that the registry does not have is not found, and the image is named")
  func noSuchTag() async throws {
    let registry = try await PrivateRegistry()
    let file = registry.loginFile
    let image = registry.host + "/private/none:7"
    let outcome = try await ContainerRun(["true"], image: image, options: { options, _ in options.loginFile = file }).run()
    #expect(outcome.failure?.kind == .notFound, "\(String(describing: outcome.failure))")
    #expect(outcome.failure?.message.contains(image) == true)
  }
}
