public import Basics
import FoundationEssentials
public import TrainingModel

/// The script that a rented machine runs as root at every boot: arms the machine's own end, then fetches the agent and starts it.
///
/// POSIX sh, with what any Linux has: systemd where it runs, else a process of its own; curl, wget or python3. Running it twice in one boot does no harm.
/// Holds no secret but the agent's address, which lets whoever has it read the agent for a while, and, for a machine without a role, the session that
/// opens its run's mailbox.
public struct BootScript: Sendable, Equatable {
  /// The longest that a vendor takes, in bytes, before any encoding.
  public static let longest = 16 << 10

  /// What the agent is to do there.
  public var order: FarOrder
  /// Where the agent can be fetched from, without credentials.
  public var agentAddress: String
  /// The digest of the agent's bytes, as 64 hexadecimal digits.
  public var agentSHA256: String
  /// What opens the mailbox; nil for a machine with a role.
  public var session: StoreSession?

  /// The script of a machine.
  public init(order: FarOrder, agentAddress: String, agentSHA256: String, session: StoreSession? = nil) {
    self.order = order
    self.agentAddress = agentAddress
    self.agentSHA256 = agentSHA256
    self.session = session
  }

  /// The script's text.
  /// - Throws: ``BootScriptTooLong``.
  public func text() throws -> String {
    let order = String(decoding: try JSON.encode(order, compact: true), as: UTF8.self)
    let key = try session.map { ["umask 077", ShellText.here("session.json", try $0.exposedText()), "umask 022"] } ?? []
    let files = [start, ShellText.here("order.json", order)] + key
    let text =
      ([head, Self.end, watch, Self.launcher, "arm deadline \"$D/watch\""] + files + ["arm agent \"$D/start\""])
      .joined(separator: "\n") + "\n"
    guard text.utf8.count <= Self.longest else { throw BootScriptTooLong(bytes: text.utf8.count) }
    return text
  }

  private var head: String {
    """
    #!/bin/sh
    # RunPilot, run \(order.mailbox.runUID): arms this machine's end, then starts its agent.
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="${HOME:-/root}"
    umask 022
    D=\(ShellWord.quoted(order.folder))
    mkdir -p "$D" /run
    cd /
    \(ShellText.put)
    """
  }

  /// Ends the machine, politely and then less so.
  private static let end = """
    put end <<'RUNPILOT_END'
    shutdown -h now || poweroff || busybox poweroff
    sleep 60
    sync
    poweroff -f || busybox poweroff -f
    RUNPILOT_END
    """

  private var watch: String {
    """
    put watch <<'RUNPILOT_END'
    D=\(ShellWord.quoted(order.folder))
    \(ShellText.watch(until: order.deadlineSeconds))
    RUNPILOT_END
    """
  }

  /// `arm NAME FILE`: runs FILE from now on, and from every later boot on.
  private static let launcher = """
    arm() {
      if [ -d /run/systemd/system ]; then
        cat > "/etc/systemd/system/runpilot-$1.service" <<RUNPILOT_END
    [Unit]
    Description=RunPilot $1
    [Service]
    ExecStart=/bin/sh $2
    KillMode=mixed
    TimeoutStopSec=90
    [Install]
    WantedBy=multi-user.target
    RUNPILOT_END
        systemctl daemon-reload
        systemctl enable "runpilot-$1" 2> /dev/null
        systemctl start --no-block "runpilot-$1" && return
      fi
      if [ -d /etc/cron.d ]; then echo "@reboot root /bin/sh $2" > "/etc/cron.d/runpilot-$1"; fi
      if [ -d /etc/local.d ]; then
        echo "/bin/sh $2 &" > "/etc/local.d/runpilot-$1.start"
        chmod 755 "/etc/local.d/runpilot-$1.start"
      fi
      pid="/run/runpilot-$1.$(cat /proc/sys/kernel/random/boot_id)"
      old=$(cat "$pid" 2> /dev/null)
      if [ -n "$old" ] && kill -0 "$old" 2> /dev/null; then return; fi
      if command -v setsid > /dev/null; then
        setsid sh "$2" < /dev/null > /dev/null 2>&1 &
      else
        (trap '' HUP; exec sh "$2" < /dev/null > /dev/null 2>&1) &
      fi
      echo $! > "$pid"
    }
    """

  /// Fetches the agent, checks it, runs it; and ends the machine when there is no agent to be had, and when the agent has ended.
  private var start: String {
    """
    put start <<'RUNPILOT_END'
    D=\(ShellWord.quoted(order.folder))
    URL=\(ShellWord.quoted(agentAddress))
    SHA=\(ShellWord.quoted(agentSHA256))
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="${HOME:-/root}"
    A="$D/agent-$SHA"
    \(ShellText.fetching)
    tries=0
    until [ "$(sum "$A")" = "$SHA" ]; do
      if [ $tries -ge 60 ]; then
        echo "there is no agent to be had" >> "$D/boot.log"
        exec sh "$D/end"
      fi
      tries=$((tries + 1))
      if get "$URL" "$A.new" 2>> "$D/boot.log" && [ "$(sum "$A.new")" = "$SHA" ] && chmod 755 "$A.new" && mv "$A.new" "$A"; then continue; fi
      sleep 5
    done
    "$A" --far "$D/order.json" >> "$D/boot.log" 2>&1
    # 75: another agent of this run is at work.
    if [ $? = 75 ]; then exit 0; fi
    exec sh "$D/end"
    RUNPILOT_END
    """
  }
}

extension FarOrder {
  /// The deadline as `date +%s` tells it.
  var deadlineSeconds: Int64 { Int64(deadline.timeIntervalSince1970.rounded(.up)) }
}

/// A boot script that no vendor takes.
public struct BootScriptTooLong: ExitCoded, Equatable {
  /// Its length.
  public let bytes: Int
  /// What is too long.
  public var message: String { "the machine's boot script has \(bytes) bytes, and \(BootScript.longest) are allowed" }
  /// What can be made shorter.
  public var hints: [String] { ["shorten the mailbox's prefix: `runpilot config set mailbox s3://BUCKET/SHORT`"] }
  /// 78.
  public var exitCode: ExitCode { .configuration }
}
