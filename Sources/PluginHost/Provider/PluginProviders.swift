import Basics
import PluginProtocol
import ProviderKit
import TrainingModel

/// Chooses the type that has just the powers a plugin has: whoever asks `as? PausableProvider` gets a true answer.
enum PluginProviders {
  /// The provider behind a plugin that was opened.
  /// - Throws: ``ProviderError`` when the plugin is not what its manifest says.
  static func make(
    _ opened: (PluginConnection, PluginFacts), _ opening: PluginOpening, expecting manifest: PluginManifest
  ) throws(ProviderError) -> any TrainingProvider {
    let (connection, facts) = opened
    guard facts.kind == manifest.kind else {
      connection.close()
      throw ProviderError(
        .invalidRequest,
        "\(opening.file) says that it is of the kind '\(facts.kind.rawValue)', and its manifest '\(manifest.kind.rawValue)'",
        hints: ["write `\"kind\": \"\(facts.kind.rawValue)\"` into \(opening.file.manifestPath)"])
    }
    let link = PluginLink(connection, facts, opening)
    guard facts.kind == .renting else { return NearPlugin(link: link) }
    switch (facts.can(.tags), facts.can(.stop), facts.can(.stop) && facts.can(.ownEnd)) {
    case (false, false, _): return RentingPlugin(link: link)
    case (false, true, false): return PausablePlugin(link: link)
    case (false, true, true): return OwnEndPlugin(link: link)
    case (true, false, _): return TaggingPlugin(link: link)
    case (true, true, false): return PausableTaggingPlugin(link: link)
    case (true, true, true): return CompletePlugin(link: link)
    }
  }
}

/// A plugin that starts agents beside this process.
struct NearPlugin: PluginProvider, LogRecovery { let link: PluginLink }

/// A plugin whose machines are only made and destroyed.
struct RentingPlugin: RentingPluginProvider { let link: PluginLink }
/// The same with machines that can be stopped.
struct PausablePlugin: RentingPluginProvider, PausableProvider { let link: PluginLink }
/// The same with machines whose own end can be changed.
struct OwnEndPlugin: RentingPluginProvider, PausableProvider, OwnEndProvider { let link: PluginLink }
/// A plugin whose machines' tags can be changed.
struct TaggingPlugin: RentingPluginProvider, TaggingProvider { let link: PluginLink }
/// The same with machines that can be stopped.
struct PausableTaggingPlugin: RentingPluginProvider, PausableProvider, TaggingProvider { let link: PluginLink }
/// The same with machines whose own end can be changed.
struct CompletePlugin: RentingPluginProvider, PausableProvider, OwnEndProvider, TaggingProvider { let link: PluginLink }
