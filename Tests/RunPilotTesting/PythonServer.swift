import Basics
import FoundationEssentials
import Glibc
public import HTTPTransport

/// Python's own HTTP server, which nobody here wrote, with paths that behave well and badly.
public final class PythonServer: Sendable {
  /// Where it listens.
  public enum Place: Sendable {
    case unix
    case tcp
    /// With a certificate for `name`; asks for the client's when `wantsClient`.
    case tls(name: String, wantsClient: Bool)
  }

  /// Holds its socket, its certificates and the marks it leaves.
  public let folder: TemporaryFolder
  /// 0 for a socket.
  public let port: UInt16
  private let program: Program

  /// The socket's path.
  public var socket: String { folder.path + "/s" }
  /// The way to the socket.
  public var unix: HTTPOrigin { .unix(path: socket) }
  /// The way to the port, without TLS.
  public var http: HTTPOrigin { .http(host: "127.0.0.1", port: port) }

  /// Starts it and waits until it listens.
  public init(_ place: Place) async throws {
    folder = try TemporaryFolder()
    try folder.write("server.py", Self.script)
    var words = ["python3", folder.path + "/server.py", folder.path]
    switch place {
    case .unix: words.append("unix")
    case .tcp: words.append("tcp")
    case .tls(let name, let wantsClient):
      words += ["tls", wantsClient ? "client" : "any"]
      try folder.write("make.sh", Self.certificates)
      let made = try await Program(["sh", "make.sh", name], environment: Self.environment, workingFolder: folder.path).wait()
      guard made.exitCode == 0 else { throw Unprepared(description: "no certificates: \(made.stderr)") }
    }
    program = try Program(words, environment: Self.environment, workingFolder: folder.path)
    let ready = folder.path + "/ready"
    try await eventually { Files.exists(ready) }
    port = UInt16(try Files.readText(ready).trimmed()) ?? 0
  }

  deinit { program.kill(SIGKILL) }

  private struct Unprepared: Error, CustomStringConvertible { let description: String }

  private static let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": "/tmp"]

  private static let certificates = """
    set -e
    new="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    openssl req -x509 $new -keyout ca.key -out ca.pem -subj /CN=throwaway-ca
    openssl req -x509 $new -keyout other.key -out other.pem -subj /CN=another-ca
    sign() { openssl req $new -keyout $1.key -out $1.csr -subj /CN=$1; printf "$2" > $1.ext
      openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile $1.ext -out $1.pem; }
    sign server "subjectAltName=$1"
    sign client "extendedKeyUsage=clientAuth"
    """

  private static let script = #"""
    import itertools, os, socket, socketserver, ssl, sys, threading, time, zlib
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    folder, kind = sys.argv[1], sys.argv[2]
    numbers = itertools.count()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = kind != "unix"
        def setup(self): self.number = next(numbers); super().setup()
        def address_string(self): return "client"
        def log_message(self, *a): pass
        def body(self):
            if self.headers.get("Transfer-Encoding") == "chunked":
                out = b""
                while True:
                    n = int(self.rfile.readline().split(b";")[0], 16)
                    out += self.rfile.read(n); self.rfile.readline()
                    if n == 0: return out
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        def answer(self, data, status=200):
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("X-Connection", str(self.number))
            self.end_headers(); self.wfile.write(data)
        def chunk(self, data):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data)); self.wfile.flush()
        def do_GET(self):
            path = self.path.split("?")[0]
            if path == "/early":
                self.close_connection = True
                return self.answer(b"too large", 413)
            if path.startswith("http://"):
                return self.answer(("%s %s" % (self.path, self.headers.get("Proxy-Authorization"))).encode())
            if path == "/sink":
                left, sum = int(self.headers["Content-Length"]), 0
                while left > 0:
                    data = self.rfile.read(min(left, 1 << 20)); left -= len(data); sum = zlib.crc32(data, sum)
                    if not data: return
                return self.answer(str(sum).encode())
            if path == "/gush":
                n = int(self.path.split("?")[1])
                self.send_response(200); self.send_header("Content-Length", str(n << 20)); self.end_headers()
                for i in range(n): self.wfile.write(bytes([i % 256]) * (1 << 20))
                return
            data = self.body()
            if path == "/shy":
                self.count = getattr(self, "count", 0) + 1
                if self.count > 1: self.close_connection = True
                else: self.answer(b"once")
            elif path == "/echo": self.answer(data)
            elif path == "/target": self.answer(self.path.encode())
            elif path == "/never": time.sleep(60)
            elif path == "/hangup": self.answer(b"bye"); self.close_connection = True
            elif path == "/chunked":
                self.send_response(200); self.send_header("Transfer-Encoding", "chunked"); self.end_headers()
                for i in range(5): self.chunk(b"piece %d\n" % i)
                self.chunk(b"")
            elif path == "/stall":
                self.send_response(200); self.send_header("Transfer-Encoding", "chunked"); self.end_headers()
                self.chunk(b"begun"); time.sleep(60)
            elif path == "/big":
                self.send_response(200); self.send_header("Content-Length", str(20 << 20)); self.end_headers()
                for i in range(320): self.wfile.write(bytes([i % 256]) * 65536)
                open(folder + "/all-sent", "w").close()
            elif path == "/notice":
                self.send_response(200); self.end_headers(); self.wfile.flush()
                self.rfile.read(1); open(folder + "/gone-" + self.path.split("?")[1], "w").close(); self.close_connection = True
            elif path == "/last":
                self.send_response(200)
                self.send_header("Connection", "close"); self.send_header("Content-Length", "0")
                self.send_header("X-Connection", str(self.number)); self.end_headers(); self.close_connection = False
            elif path == "/half":
                self.send_response(200); self.send_header("Content-Length", "100"); self.end_headers()
                self.wfile.write(b"only this"); self.close_connection = True
            elif path == "/close":
                self.send_response(200); self.end_headers(); self.wfile.write(b"to the end"); self.close_connection = True
            elif path == "/interim":
                self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"); self.answer(b"real")
            elif path == "/upgrade":
                self.wfile.write(b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly")
                self.wfile.flush(); self.wfile.write(b" and late"); self.close_connection = True
            elif path == "/headers": self.answer("\n".join(sorted("%s: %s" % h for h in self.headers.items())).encode())
            elif path == "/many":
                self.send_response(200)
                for i in range(int(self.path.split("?")[1])): self.send_header("X-Filler-%d" % i, "x" * 100)
                self.send_header("Content-Length", "0"); self.end_headers()
            elif path == "/nonsense": self.wfile.write(b"220 smtp.example.test ready\r\n"); self.close_connection = True
            elif path == "/slow": time.sleep(float(self.path.split("?")[1])); self.answer(b"at last")
            elif path == "/drip":
                self.send_response(200); self.send_header("Content-Length", "1000"); self.end_headers()
                for i in range(1000): self.wfile.write(b"x"); time.sleep(0.02)
            elif path == "/redirect":
                self.send_response(302); self.send_header("Location", "/target"); self.send_header("Content-Length", "0"); self.end_headers()
            else: self.answer(b"no such page", 404)
        def do_CONNECT(self):
            # A proxy that knows every name, and leads all of them to this machine.
            host, port = self.path.rsplit(":", 1)
            with open(folder + "/connects", "a") as f: f.write("%s %s\n" % (self.path, self.headers.get("Proxy-Authorization")))
            self.close_connection = True
            if host == "forbidden.test": return self.answer(b"not there", 403)
            other = socket.create_connection(("127.0.0.1", int(port)))
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            def copy(a, b):
                try:
                    while data := a.recv(65536): b.sendall(data)
                except OSError: pass
                for s in (a, b):
                    try: s.shutdown(socket.SHUT_RDWR)
                    except OSError: pass
            back = threading.Thread(target=copy, args=(other, self.connection), daemon=True); back.start()
            copy(self.connection, other); back.join(); other.close()
        do_POST = do_PUT = do_DELETE = do_PATCH = do_GET
        def do_HEAD(self): self.send_response(200); self.send_header("Content-Length", "12"); self.end_headers()

    class Unix(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
        daemon_threads = True
    if kind == "unix":
        server, port = Unix(folder + "/s", Handler), 0
    else:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler); port = server.server_address[1]
    if kind == "tls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain(folder + "/server.pem", folder + "/server.key")
        if sys.argv[3] == "client":
            context.verify_mode = ssl.CERT_REQUIRED; context.load_verify_locations(folder + "/ca.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    open(folder + "/r", "w").write(str(port)); os.rename(folder + "/r", folder + "/ready")
    server.serve_forever()
    """#
}

/// The kind of error that `body` ends with, if it does.
public func httpFailure(isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Void) async -> HTTPError.Kind? {
  do { try await body() } catch { return (error as? HTTPError)?.kind }
  return nil
}
