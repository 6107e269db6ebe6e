import DockerProvider
import EC2Provider
import LocalProvider
import LyceumProvider
import NvidiaDockerProvider
public import ProviderKit
import RunPodProvider
import SlurmProvider

/// The one list of what ships in the box. Adding a provider is one folder and one line here.
public enum BuiltinProviders {
  private static let all: [(descriptor: ProviderDescriptor, type: any TrainingProvider.Type)] = [
    (LocalProvider.descriptor, LocalProvider.self),
    (DockerProvider.descriptor, DockerProvider.self),
    (NvidiaDockerProvider.descriptor, NvidiaDockerProvider.self),
    (EC2Provider.descriptor, EC2Provider.self),
    (RunPodProvider.descriptor, RunPodProvider.self),
    (LyceumProvider.descriptor, LyceumProvider.self),
    (SlurmProvider.descriptor, SlurmProvider.self),
  ]

  /// Every module's description, in the order in which `providers list` shows them.
  public static let descriptors = all.map(\.descriptor)

  /// What each module makes: tells what it can do before there is one.
  public static let types = Dictionary(uniqueKeysWithValues: all.map { ($0.descriptor.module, $0.type) })
}
