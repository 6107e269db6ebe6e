import Basics
import FoundationEssentials
public import TrainingModel

/// The script that is the first process of a rented container: arms its end, fetches the agent and what opens the mailbox, and starts the agent.
///
/// The vendor starts it anew whenever it ends, so it never does: when the agent is gone, or there is none to be had, it asks for the container's end
/// until that comes. POSIX sh. Holds no secret but two addresses: of the agent, and of a session that can be read until the agent has read it.
public struct ContainerBootScript: Sendable, Equatable {
  /// What the agent is to do there.
  public var order: FarOrder
  /// Where the agent can be fetched from, without credentials.
  public var agentAddress: String
  /// The digest of the agent's bytes, as 64 hexadecimal digits.
  public var agentSHA256: String
  /// Where what opens the mailbox can be fetched from, without credentials, as long as nobody has read it.
  public var sessionAddress: String
  /// Shell lines that ask the vendor for the end as long as there is no agent to ask.
  public var end: String

  /// The script of a container.
  public init(order: FarOrder, agentAddress: String, agentSHA256: String, sessionAddress: String, end: String) {
    self.order = order
    self.agentAddress = agentAddress
    self.agentSHA256 = agentSHA256
    self.sessionAddress = sessionAddress
    self.end = end
  }

  /// The script's text.
  /// - Throws: ``BootScriptTooLong``.
  public func text() throws -> String {
    let order = String(decoding: try JSON.encode(order, compact: true), as: UTF8.self)
    let text = [head, ending, watch, ShellText.here("order.json", order), "sh \"$D/watch\" &", start].joined(separator: "\n") + "\n"
    guard text.utf8.count <= BootScript.longest else { throw BootScriptTooLong(bytes: text.utf8.count) }
    return text
  }

  /// The image's own variables stay as they are: they are the job's.
  private var head: String {
    """
    # RunPilot, run \(order.mailbox.runUID): arms this container's end, then starts its agent.
    export PATH="${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME="${HOME:-/root}"
    umask 022
    D=\(ShellWord.quoted(order.folder))
    A="$D/agent-\(agentSHA256)"
    mkdir -p "$D"
    cd /
    echo $$ > "$D/main"
    \(ShellText.put)
    """
  }

  private var ending: String {
    """
    put end <<'RUNPILOT_END'
    D=\(ShellWord.quoted(order.folder))
    A="$D/agent-\(agentSHA256)"
    while :; do
      \(order.machineEnd == FarOrder.stay ? ":" : "if [ -x \"$A\" ]; then \"$A\" --end \(order.machineEnd); fi")
      \(end.split(separator: "\n").joined(separator: "\n  "))
      sleep 20
    done
    RUNPILOT_END
    """
  }

  private var watch: String {
    """
    put watch <<'RUNPILOT_END'
    D=\(ShellWord.quoted(order.folder))
    \(ShellText.watch(until: order.deadlineSeconds))
    RUNPILOT_END
    """
  }

  private var start: String {
    """
    \(ShellText.fetching)
    URL=\(ShellWord.quoted(agentAddress))
    SHA=\(ShellWord.quoted(agentSHA256))
    SESSION=\(ShellWord.quoted(sessionAddress))
    end() { echo "runpilot: $1"; exec sh "$D/end"; }
    tries=0
    until [ "$(sum "$A")" = "$SHA" ]; do
      if [ $tries -ge 60 ]; then end "there is no agent to be had"; fi
      tries=$((tries + 1))
      if get "$URL" "$A.new" && [ "$(sum "$A.new")" = "$SHA" ] && chmod 755 "$A.new" && mv "$A.new" "$A"; then continue; fi
      sleep 5
    done
    tries=0
    umask 077
    until [ -s "$D/session.json" ]; do
      if [ $tries -ge 6 ]; then end "what opens the mailbox was read by an earlier start of this container, or is gone: nothing is run again"; fi
      tries=$((tries + 1))
      if get "$SESSION" "$D/session.new" && mv "$D/session.new" "$D/session.json"; then continue; fi
      sleep 5
    done
    umask 022
    "$A" --far "$D/order.json" &
    agent=$!
    trap 'kill -TERM $agent' TERM INT
    while kill -0 $agent 2> /dev/null; do wait $agent; done
    end "the agent has ended"
    """
  }
}
