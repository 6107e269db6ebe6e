import Basics
import Glibc
public import ProviderKit
import RunPodSupport
public import TrainingModel

extension RunPodProvider: AccountCheck {
  private struct Keys: Decodable { var keys: [String] }

  /// Key, account, what the key may read, mailbox: in the order in which one would mend them.
  public func check() async -> [CheckResult] {
    var results = [keyCheck()]
    guard results[0].outcome != .failed else { return results }
    results.append(await accountCheck())
    results.append(mailboxCheck())
    guard results[1].outcome != .failed else { return results }
    results.append(await podsCheck())
    results.append(
      CheckResult("renting", .ok, "whether the key may rent is only known when it does: RunPod has no rehearsal"))
    return results
  }

  private func keyCheck() -> CheckResult {
    do throws(ProviderError) {
      let found = try key()
      var info = stat()
      if settings.keyFile != nil, stat(found.source, &info) == 0, info.st_mode & 0o077 != 0 {
        return CheckResult("key", .warning, "\(found.source) can be read by others", hints: ["`chmod 600 \(found.source)`"])
      }
      return CheckResult("key", .ok, found.source)
    } catch {
      return CheckResult("key", .failed, error.message, hints: error.hints)
    }
  }

  private func accountCheck() async -> CheckResult {
    do throws(ProviderError) {
      _ = try await client().ask(.read("/v2/account/ssh-keys", doing: "ask RunPod whether the key is valid"), as: Keys.self)
      return CheckResult("account", .ok, named(try accountID()))
    } catch {
      // A key that may not see that is still a key.
      if error.code == .forbidden { return CheckResult("account", .ok, named((try? accountID()) ?? "")) }
      return CheckResult("account", .failed, error.message, hints: error.hints)
    }
  }

  private func named(_ id: String) -> String {
    settings.account == nil ? "\(id); set `account` to a name of yours, so that a new key is still the same account" : id
  }

  private func podsCheck() async -> CheckResult {
    do throws(ProviderError) {
      let pods = try await listing(olderThan: .zero)
      let ours = pods.count { OwnershipName($0.name) != nil }
      return CheckResult("pods", .ok, "\(pods.count) there, \(ours) of them by RunPilot")
    } catch {
      return CheckResult("pods", .failed, error.message, hints: error.hints)
    }
  }

  private func mailboxCheck() -> CheckResult {
    guard let mailbox = settings.mailbox else {
      return CheckResult(
        "mailbox", .failed, "no mailbox is set, so nothing can be rented",
        hints: ["add `mailbox = \"s3://bucket/prefix\"` to the provider's table in providers.toml"])
    }
    return CheckResult("mailbox", .ok, "\(mailbox); pods open their run's part of it by a session of 36 hours at most")
  }
}
