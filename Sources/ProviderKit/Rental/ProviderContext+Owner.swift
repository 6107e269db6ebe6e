import Basics

extension ProviderContext {
  /// In whose name something rented is made: what the user's settings say, else who the vendor says we are, else `user@host`.
  ///
  /// Clean-up deletes what is in its owner's name, so a name that a thousand other machines share is none.
  /// - Parameter identity: the account or role that the vendor knows us by, where it tells.
  /// - Throws: `ProviderError` for an account that machine images come with, standing alone: `root`, `ubuntu`, `…-user`.
  public func rentalOwner(identity: String?) throws(ProviderError) -> String {
    let name = (ownerIsConfigured ? owner : identity ?? owner).trimmed()
    guard !Self.isShared(name) else {
      throw ProviderError(
        .invalidRequest, "'\(name)' says nothing about who owns what is rented: every machine of that image has such a user",
        hints: ["say who you are: `runpilot config set owner you@example.org`"])
    }
    return name
  }

  /// Accounts that are there before anybody made one. A host behind an `@` makes any of them one machine's own.
  private static func isShared(_ name: String) -> Bool {
    let lower = name.lowercased()
    return lower.isEmpty || ["root", "ubuntu", "debian", "admin", "administrator", "centos", "fedora", "user"].contains(lower)
      || lower.hasSuffix("-user") && !lower.contains("@")
  }
}
