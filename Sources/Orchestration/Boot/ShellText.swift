/// Pieces of shell that boot scripts share.
enum ShellText {
  /// A file of the machine, whose text is taken as it stands; `put` is ``put``'s.
  static func here(_ name: String, _ text: String) -> String { "put \(name) <<'RUNPILOT_END'\n\(text)\nRUNPILOT_END" }

  /// A shell reads its script as it goes: one that runs is never written over.
  static let put = #"put() { cat > "$D/$1.new" && mv "$D/$1.new" "$D/$1"; }"#

  /// `sum FILE` prints a digest, `get ADDRESS FILE` fetches: with what any Linux has.
  static let fetching = """
    sum() {
      { sha256sum "$1" || busybox sha256sum "$1" || openssl dgst -sha256 -r "$1" || python3 -c \\
        'import hashlib,sys;print(hashlib.sha256(open(sys.argv[1],"rb").read()).hexdigest())' "$1"; } 2> /dev/null | cut -c1-64
    }
    get() {
      curl -fsSL --max-time 600 -o "$2" "$1" || wget -q -O "$2" "$1" || busybox wget -q -O "$2" "$1" || python3 -c \\
        'import sys,urllib.request as u;u.urlretrieve(sys.argv[1],sys.argv[2])' "$1" "$2"
    }
    """

  /// The dead man's timer: it looks at the clock, for a timer of the kernel would forget the deadline at the next boot.
  static func watch(until seconds: Int64) -> String {
    """
    while [ "$(date +%s)" -lt \(seconds) ]; do sleep 5; done
    while :; do sh "$D/end"; sleep 30; done
    """
  }
}
