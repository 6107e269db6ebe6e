"""What the services of the tests have in common: one address, a thread for each connection, and connections that break."""

import argparse
import socket
import struct
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Broken(Exception):
    """The connection is to break."""


class Handler(BaseHTTPRequestHandler):
    """Every request goes to `exchange`, which answers it by `self.cloud`."""

    protocol_version = "HTTP/1.1"
    wbufsize, disable_nagle_algorithm = 1 << 16, True
    cloud = None

    def whole(self):
        """Method, target, headers by their names in small letters, body."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body

    def serve(self):
        try:
            self.exchange()
        except Broken:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, no end
            self.close_connection = True
            self.connection.close()

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (OSError, ValueError):
            self.close_connection = True

    def log_message(self, *words):
        pass

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = serve


class Server(ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 128


def options(*names):
    parser = argparse.ArgumentParser()
    for name in names:
        parser.add_argument(name, required=True)
    return parser.parse_args()


def listen(handler, cloud, address):
    handler.cloud = cloud
    host, port = address.rsplit(":", 1)
    Server((host, int(port)), handler).serve_forever()
