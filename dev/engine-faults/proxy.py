#!/usr/bin/env python3
"""An HTTP proxy that misbehaves on request. See README.md for what it can be told.

  proxy.py --listen HOST:PORT --to HOST:PORT

One connection to the service for each request; bodies are streamed. The Host header passes unchanged, so signatures hold.
"""

import argparse
import asyncio
import json
import re
import socket
import struct
import time
from urllib.parse import parse_qs, urlsplit

BLOCK = 65536
SLOW_DOWN = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>'
KINDS = {"answer", "drop", "drop-upload", "drop-answer", "hold", "truncate", "corrupt", "slow"}


class Faults:
    """The rules in force and what has gone through."""

    def __init__(self):
        self.rules, self.log, self.number = {}, [], 0

    def add(self, rule):
        if rule.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}")
        for field in ("method", "path"):
            re.compile(rule.get(field, ""))
        self.number += 1
        self.rules[str(self.number)] = {"times": 1, "skip": 0, "hits": 0, **rule}
        return str(self.number)

    def match(self, method, path):
        for rule in self.rules.values():
            if rule["times"] <= 0 or not re.fullmatch(rule.get("method", ".*"), method) or not re.fullmatch(rule.get("path", ".*"), path):
                continue
            if rule["skip"] > 0:
                rule["skip"] -= 1
                continue
            rule["times"] -= 1
            rule["hits"] += 1
            return rule
        return None

    def control(self, method, target, body):
        """Answers a request to /_faults…: (status, value)."""
        path, query = target.path.rstrip("/"), parse_qs(target.query)
        if path == "/_faults" and method == "POST":
            return 200, {"id": self.add(json.loads(body))}
        if path == "/_faults" and method == "GET":
            return 200, self.rules
        if path == "/_faults/log":
            wanted = query.get("path", [".*"])[0]
            return 200, [line for line in self.log if re.fullmatch(wanted, line["path"])]
        rule = self.rules.get(path.removeprefix("/_faults/"))
        if rule is not None and method in ("GET", "DELETE"):
            return 200, rule if method == "GET" else self.rules.pop(path.removeprefix("/_faults/"))
        return 404, {"error": f"no {method} {path}"}


def reset(writer):
    """Ends a connection as a broken network does: RST, no goodbye."""
    raw = writer.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def plain_answer(status, body, headers):
    data = body.encode()
    lines = [f"HTTP/1.1 {status} Fault", f"Content-Length: {len(data)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


async def body_blocks(reader, headers):
    """The body of a message in pieces as they stood on the wire; for one without a length and without chunks, until the end."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        while True:
            line = await reader.readuntil(b"\r\n")
            size = int(line.split(b";")[0], 16)
            yield line + await reader.readexactly(size + 2)
            if size == 0:
                return
    left = int(headers["content-length"]) if "content-length" in headers else None
    while left is None or left > 0:
        block = await reader.read(BLOCK if left is None else min(BLOCK, left))
        if not block:
            return
        left = None if left is None else left - len(block)
        yield block


async def read_head(reader):
    head = (await reader.readuntil(b"\r\n\r\n"))[:-4].decode("latin1")
    first, *lines = head.split("\r\n")
    return first, lines, {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


async def send_request(first, lines, blocks, writer, rule, client):
    """Passes the request on. False when the client's connection was cut half-way, as the rule asks."""
    hop = ("connection", "expect")
    kept = [line for line in lines if line.split(":", 1)[0].strip().lower() not in hop]
    writer.write("\r\n".join([first, *kept, "Connection: close"]).encode("latin1") + b"\r\n\r\n")
    sent, limit = 0, rule.get("after", 1) if rule and rule["kind"] == "drop-upload" else None
    async for block in blocks:
        sent += len(block)
        if limit is not None and sent >= limit:
            writer.write(block[: len(block) - (sent - limit)])
            await writer.drain()
            reset(client)
            return False
        writer.write(block)
        await writer.drain()
    return True


async def send_answer(reader, writer, rule, method):
    """Passes the answer back, spoiled as the rule asks. The status it had."""
    first, lines, headers = await read_head(reader)
    while first.split(" ")[1] == "100":
        first, lines, headers = await read_head(reader)
    status, kind = int(first.split(" ")[1]), rule["kind"] if rule else None
    if kind == "drop-answer":
        reset(writer)
        return status
    kept = [line for line in lines if line.split(":", 1)[0].strip().lower() != "connection"]
    writer.write("\r\n".join([first, *kept, "Connection: close"]).encode("latin1") + b"\r\n\r\n")
    if method == "HEAD" or status in (204, 304):
        return status
    length = int(headers.get("content-length", BLOCK))
    left = rule.get("bytes", length // 2) if kind == "truncate" else None
    async for block in body_blocks(reader, headers):
        if kind == "corrupt":
            block, kind = bytes([block[0] ^ 1]) + block[1:], None
        if left is not None:
            writer.write(block[:left])
            left -= len(block)
            if left <= 0:
                break
        elif kind == "slow":
            step = max(1, int(rule.get("bytes_per_second", 10000)) // 10)
            for start in range(0, len(block), step):
                writer.write(block[start : start + step])
                await writer.drain()
                await asyncio.sleep(0.1)
        else:
            writer.write(block)
        await writer.drain()
    return status


async def serve(faults, address, reader, writer):
    first, lines, headers = await read_head(reader)
    method, path, _ = first.split(" ", 2)
    if "100-continue" in headers.get("expect", "").lower():
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
    blocks = body_blocks(reader, {"content-length": "0", **headers})
    if path.startswith("/_faults"):
        try:
            status, value = faults.control(method, urlsplit(path), b"".join([block async for block in blocks]))
        except (ValueError, AttributeError, re.error) as error:
            status, value = 400, {"error": str(error)}
        writer.write(plain_answer(status, json.dumps(value), {"Content-Type": "application/json"}))
        return await writer.drain()
    rule = faults.match(method, path)
    kind = rule["kind"] if rule else None
    line = {"at": time.time(), "method": method, "path": path, "fault": kind, "status": None}
    faults.log.append(line)
    if kind == "drop":
        return reset(writer)
    if kind == "answer":
        async for _ in blocks:
            pass
        line["status"] = rule.get("status", 503)
        headers = {"Content-Type": "application/xml", **rule.get("headers", {})}
        writer.write(plain_answer(line["status"], rule.get("body", SLOW_DOWN), headers))
        return await writer.drain()
    if kind == "hold":
        while any(one is rule for one in faults.rules.values()):
            await asyncio.sleep(0.02)
    service_reader, service = await asyncio.open_connection(*address)
    try:
        if await send_request(first, lines, blocks, service, rule, writer):
            line["status"] = await send_answer(service_reader, writer, rule, method)
    finally:
        service.close()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", required=True)
    parser.add_argument("--to", required=True)
    options = parser.parse_args()
    faults, address = Faults(), options.to.rsplit(":", 1)

    async def connection(reader, writer):
        try:
            await serve(faults, address, reader, writer)
            await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connection, *options.listen.rsplit(":", 1), limit=1 << 20)
    async with server:
        await server.serve_forever()


asyncio.run(main())
