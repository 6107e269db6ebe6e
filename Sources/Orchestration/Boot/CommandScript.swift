import Basics
import FoundationEssentials
import TrainingModel

/// The script that starts an agent where somebody else's scheduler runs it, and lasts as long as the agent does: a batch job, a container's command.
///
/// POSIX sh, as any user. Holds no secret but the agent's address and, where there is one, the session that opens its run's mailbox.
struct CommandScript: Equatable {
  /// Where the agent is fetched from.
  enum Source: Equatable {
    /// An address that needs no credentials.
    case address(String)
    /// A file that both sides see.
    case file(String)
  }
  /// What the agent is to do there.
  var order: FarOrder
  /// Where the agent is.
  var agent: Source
  /// The digest of the agent's bytes, as 64 hexadecimal digits.
  var agentSHA256: String
  /// What opens the mailbox; nil where nothing is needed.
  var session: StoreSession?

  /// The script's text.
  func text() throws -> String {
    let order = String(decoding: try JSON.encode(order, compact: true), as: UTF8.self)
    let files = [ShellText.here("order.json", order)] + (try session.map { [ShellText.here("session.json", try $0.exposedText())] } ?? [])
    return ([head] + files + [ShellText.fetching, fetch]).joined(separator: "\n") + "\n"
  }

  private var head: String {
    """
    #!/bin/sh
    # RunPilot, run \(order.mailbox.runUID): starts its agent here, and lasts as long as it does.
    umask 077
    D=\(ShellWord.quoted(order.folder))
    mkdir -p "$D" || exit 73
    cd "$D" || exit 73
    exec >> "$D/boot.log" 2>&1
    \(ShellText.put)
    """
  }

  private var fetch: String {
    let (from, how) =
      switch agent {
      case .address(let url): (url, "get")
      case .file(let path): (path, "cp")
      }
    return """
      SHA=\(ShellWord.quoted(agentSHA256))
      FROM=\(ShellWord.quoted(from))
      A="$D/agent-$SHA"
      tries=0
      until [ "$(sum "$A")" = "$SHA" ]; do
        if [ $tries -ge 60 ]; then
          echo "there is no agent to be had from where it was left" >&2
          exit 69
        fi
        tries=$((tries + 1))
        if \(how) "$FROM" "$A.new" && [ "$(sum "$A.new")" = "$SHA" ] && chmod 700 "$A.new" && mv "$A.new" "$A"; then continue; fi
        sleep 5
      done
      exec "$A" --far "$D/order.json"
      """
  }
}
