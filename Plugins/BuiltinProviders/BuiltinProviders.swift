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
  /// Every module's description, in the order in which `providers list` shows them.
  public static let descriptors: [ProviderDescriptor] = [
    LocalProvider.descriptor,
    DockerProvider.descriptor,
    NvidiaDockerProvider.descriptor,
    EC2Provider.descriptor,
    RunPodProvider.descriptor,
    LyceumProvider.descriptor,
    SlurmProvider.descriptor,
  ]
}
