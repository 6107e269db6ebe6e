public import Basics

/// One run for each combination of values of some parameters.
public struct Sweep: Sendable, Codable, Equatable {
  /// A parameter and the values that it takes.
  public struct Axis: Sendable, Codable, Equatable {
    /// The parameter.
    public var name: String
    /// Its values, in the order of the file; never empty.
    public var values: [JSONValue]

    /// An axis.
    public init(_ name: String, _ values: [JSONValue]) {
      self.name = name
      self.values = values
    }
  }

  /// The axes, in the order of the file.
  public var axes: [Axis]
  /// How many runs go on at once.
  public var maxParallel: Int

  /// More runs than anybody means.
  public static let most = 10_000

  /// A sweep.
  public init(axes: [Axis], maxParallel: Int = 1) {
    self.axes = axes
    self.maxParallel = maxParallel
  }

  /// How many runs it comes to; nil for more than ``most``.
  public var count: Int? {
    axes.reduce(Optional(1)) { count, axis in count.flatMap { $0 * axis.values.count <= Self.most ? $0 * axis.values.count : nil } }
  }

  /// The parameters of each run; the last axis changes fastest.
  public var combinations: [[String: JSONValue]] {
    axes.reduce([[:]]) { all, axis in all.flatMap { one in axis.values.map { one.merging([axis.name: $0]) { $1 } } } }
  }
}
