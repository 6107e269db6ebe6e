import Basics
import FoundationEssentials
import Glibc
import PluginProtocol
import ProviderKit
import RunPilotTesting
import Subprocessing
import TrainingModel

@testable import PluginHost

/// A home, and plugins of a few lines of Python in it.
final class PluginBench: Sendable {
  let folder: TemporaryFolder
  let context: ProviderContext

  init(environment: [String: String] = [:]) throws {
    folder = try TemporaryFolder()
    let all = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8"].merging(environment) { $1 }
    context = ProviderContext(
      environment: all, home: folder.path + "/home", installation: "here", owner: "tester@desk", agent: NoAgent(), now: { Date() })
  }

  /// A plugin that greets well, and does with every further request what `body` says: Python lines, with `m` the message and `say(...)`.
  ///
  /// - Parameter greeting: members of the greeting that are otherwise.
  func plugin(
    _ name: String = "odd", greeting: [String: JSONValue] = [:], manifest: [String: JSONValue]? = nil,
    body: String = "say(id=m['id'], result={})"
  ) throws -> PluginFile {
    var facts: [String: JSONValue] = [
      "protocol": .int(1), "plugin": .object(["name": .string(name), "version": .string("9")]), "kind": .string("renting"),
      "consistencySeconds": .int(0),
    ]
    facts.merge(greeting) { $1 }
    let text = """
      import json, os, signal, sys, time
      def say(**what): print(json.dumps({"jsonrpc": "2.0", **what}), flush=True)
      for line in sys.stdin:
        m = json.loads(line)
        if "id" not in m or "method" not in m: continue
        method, p = m["method"], m["params"]
        if method == "initialize": say(id=m["id"], result=json.loads(r'''\(String(decoding: try JSON.encode(facts, compact: true), as: UTF8.self))'''))
        elif method == "configure" and not \(body.contains("'configure'") ? "True" : "False"): say(id=m["id"], result={})
        else:
      \(body.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
      """
    return try script(name, "#!/usr/bin/env python3\n" + text + "\n", manifest: manifest)
  }

  /// A plugin that is any script at all.
  func script(_ name: String, _ text: String, manifest: [String: JSONValue]? = nil, mode: UInt16 = 0o755) throws -> PluginFile {
    let path = folder.path + "/runpilot-provider-" + name
    try Files.writeAtomically(Array(text.utf8), to: path, mode: mode_t(mode))
    if let manifest {
      let all = ["name": JSONValue.string(name)].merging(manifest) { $1 }
      try Files.writeAtomically(try JSON.encode(all), to: folder.path + "/\(name).plugin.json")
    }
    return PluginFile(path)
  }

  var catalog: PluginCatalog {
    PluginCatalog(
      folders: PluginFolders(environment: [:], home: context.home, program: "/x/bin/runpilot"), home: context.home, version: "0.1.0")
  }

  /// The provider behind a plugin, as a command would get it.
  func make(_ file: PluginFile, settings: [String: JSONValue] = [:]) throws -> any TrainingProvider {
    let descriptor = try catalog.descriptor(of: file)
    return try descriptor.make(ProviderSettings(id: "odd", module: descriptor.module, values: settings), context)
  }

  func renting(_ file: PluginFile) throws -> any RentingPluginProvider {
    guard let provider = try make(file) as? any RentingPluginProvider else { throw ProviderError(.invalidRequest, "it rents nothing") }
    return provider
  }
}

/// Nothing is started here.
struct NoAgent: AgentStarting {
  var executable: String? { nil }
  func start(_ job: AgentJob, request: LaunchRequest) throws(ProviderError) -> AgentFacts {
    throw ProviderError(.invalidRequest, "no agent")
  }
}
