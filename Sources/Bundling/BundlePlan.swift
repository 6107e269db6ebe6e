/// What of a folder goes into its bundle, and what does not: what a dry run shows.
public struct BundlePlan: Sendable, Equatable {
  /// Something that goes in.
  public struct Item: Sendable, Equatable {
    /// What it is.
    public enum Kind: Sendable, Equatable {
      case file(executable: Bool)
      case link(target: String)
      /// With nothing in it.
      case emptyFolder
    }
    /// From the folder.
    public var path: String
    /// What it is.
    public var kind: Kind
    /// Its size.
    public var bytes: Int64
  }
  /// Something that is left out, and is worth saying.
  public struct Omission: Sendable, Equatable {
    /// From the folder.
    public var path: String
    /// Why.
    public var reason: String
  }

  /// The folder.
  public var folder: String
  /// In the order of names' bytes.
  public var items: [Item] = []
  /// Secrets, links that lead out, what is neither file nor folder.
  public var omissions: [Omission] = []
  /// How many files and folders the ignore files leave out.
  public var ignored = 0
  /// The sizes of all files together.
  public var bytes: Int64 = 0
}
