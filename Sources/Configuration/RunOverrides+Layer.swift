import Basics
import Documents

extension RunOverrides {
  /// The flags as a layer over the run file. Tags, secrets and the provider of `--force-local` are added elsewhere.
  var layer: Mapping {
    var entries: [(key: String, value: Node)] = []
    if let provider {
      let names = provider.split(separator: ",").map { Self.text($0.trimmed(), "--provider") }
      let none = Node.given(.null(text: ""), by: "--provider", .flag)
      let several = Node.given(.sequence(names), by: "--provider", .flag)
      // One word for where to run takes the place of the other.
      entries +=
        names.count > 1
        ? [("provider", none), ("providers", several)] : [("provider", Self.text(provider, "--provider")), ("providers", none)]
    }
    if cheapest { entries.append(("cheapest", .given(.bool(true, text: "true"), by: "--cheapest", .flag))) }
    if let name { entries.append(("name", Self.text(name, "--name"))) }
    if !environment.isEmpty {
      let variables = environment.sorted { $0.key < $1.key }.map { (key: $0.key, value: Self.text($0.value, "--env")) }
      entries.append(("env", .given(.mapping(Layers.layer(variables)), by: "--env", .flag)))
    }
    if !params.isEmpty {
      let values = params.sorted { $0.key < $1.key }.map { (key: $0.key, value: Node(json: $0.value).from("--param", .flag)) }
      entries.append(("params", .given(.mapping(Layers.layer(values)), by: "--param", .flag)))
    }
    if let gpus {
      let none = Node.given(.null(text: ""), by: "--gpus", .flag)
      let count = Node.given(.int(Int64(gpus), text: "\(gpus)"), by: "--gpus", .flag)
      let resources = Layers.layer([("gpus", count), ("gpu_ids", none)])
      entries += [("gpu", none), ("resources", .given(.mapping(resources), by: "--gpus", .flag))]
    }
    if let seconds = maxDurationSeconds { entries.append(("max_duration", Self.text("\(seconds)", "--max-duration"))) }
    if spot { entries.append(("spot", .given(.bool(true, text: "true"), by: "--spot", .flag))) }
    if let maxPrice { entries.append(("max_price", Self.text(maxPrice, "--max-price"))) }
    if let maxCost { entries.append(("max_cost", Self.text(maxCost, "--max-cost"))) }
    if let fallback {
      let items = fallback.map { Self.text($0, "--fallback") }
      entries.append(("fallback", .given(.sequence(items), by: "--fallback", .flag)))
    }
    return Layers.layer(entries)
  }

  private static func text(_ text: String, _ flag: String) -> Node { .given(.string(text, quoted: true), by: flag, .flag) }
}
