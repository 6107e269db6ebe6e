#!/usr/bin/env python3
"""RunPod for tests: its REST API, version 2, and the one mutation of its GraphQL that ends a pod. See README.md.

  server.py --listen HOST:PORT --reach PORT,PORT --label TEXT
"""

import calendar
import json
import os
import sys
import time
import traceback
from urllib.parse import parse_qs, unquote, urlsplit

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "engine-http"))

import listener
import market
from contract import Answered, Asked, Contract
from host import Host
from listener import Broken
from world import LOCK, Account, Refusal, letters, stamp

TITLES = {400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 413: "Payload Too Large",
          422: "Unprocessable Entity", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}
SIZES = {"hour": 3600, "day": 86400}


def moment(text, default):
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")) if text else default


class Cloud:
    def __init__(self, options):
        self.accounts, self.contract, self.options, self.started = {}, Contract(), options, None

    @property
    def host(self):
        if self.started is None:
            self.started = Host(self.options.label, [int(port) for port in self.options.reach.split(",")])
        return self.started

    def who(self, headers):
        """The account, and what the key may do: everything, read, or what a pod's key may."""
        key = headers.get("authorization", "").removeprefix("Bearer ")
        for account in self.accounts.values():
            if key == account.key:
                return account, "all", None
            if key == account.read_key:
                return account, "read", None
            for pod in account.pods.values():
                if key == pod.key:
                    return account, "pod", pod
        raise Refusal(401, "missing bearer token" if not key else "invalid API key")

    def serve(self, method, target, headers, body):
        """Status, headers, body; a body may be a generator, for streams."""
        url = urlsplit(target)
        if url.path.startswith("/_control"):
            return self.control(method, url, body)
        asked = Asked(method, url.path, url.query, headers, body)
        account, line, extra = None, None, []
        try:
            with LOCK:
                account, right, own = self.who(headers)
                line = {"method": method, "path": url.path, "query": url.query, "body": body.decode(), "key": right, "status": None, "fault": None}
                account.log.append(line)
                fault = account.fault(method, url.path)
                extra, wait = account.spend()
            if wait:
                raise Refusal(429, "too many requests", headers=[("Retry-After", str(wait))])
            if url.path == "/graphql":
                with LOCK:
                    return 200, [("Content-Type", "application/json")], json.dumps(self.graphql(account, right, own, body)).encode()
            self.before(fault, line)
            wrong = self.contract.request(asked)
            if wrong:
                account.violations.append(f"{method} {target}: {wrong}")
                raise Refusal(422, "request does not match the contract", [wrong])
            with LOCK:
                self.allow(account, right, own, method, url.path)
                status, answer = self.answer(account, method, url.path.split("/")[2:], parse_qs(url.query), json.loads(body) if body else None)
            if fault and fault["kind"] == "drop-answer":
                line["status"] = status
                raise Broken
        except Refusal as refusal:
            status, answer = refusal.status, {"title": TITLES.get(refusal.status, "Error"), "status": refusal.status, "detail": refusal.detail}
            if refusal.errors:
                answer["errors"] = refusal.errors
            extra += refusal.headers
        if line:
            line["status"] = status
        if not isinstance(answer, (dict, type(None))):
            return status, extra + [("Content-Type", "text/event-stream")], answer
        kind = "application/json" if status < 400 else "application/problem+json"
        data = b"" if answer is None else json.dumps(answer).encode()
        wrong = self.contract.response(asked, Answered(status, data, kind, extra))
        if wrong and account is not None:
            account.violations.append(f"the answer {status} to {method} {target}: {wrong}")
        return status, extra + ([("Content-Type", kind)] if data else []), data

    @staticmethod
    def before(fault, line):
        kind = line["fault"] = fault["kind"] if fault else None
        if kind == "delay":
            time.sleep(fault.get("seconds", 1))
        elif kind == "drop":
            raise Broken
        elif kind == "error":
            headers = [("Retry-After", str(fault["retry_after"]))] if "retry_after" in fault else []
            raise Refusal(fault.get("status", 500), fault.get("detail", "internal server error"), headers=headers)
        elif kind == "html":
            raise Html(fault.get("status", 502))

    @staticmethod
    def allow(account, right, own, method, path):
        if right == "read" and method != "GET":
            raise Refusal(403, "access denied")
        if right == "pod" and not (account.settings["pod_key"] == "rest" and path == f"/v2/pods/{own.id}"):
            raise Refusal(403, "access denied")

    def answer(self, account, method, words, query, body):
        place = words[0]
        if place == "pods":
            return self.pods(account, method, words[1:], query, body)
        if place == "account":
            return 200, {"keys": []}
        if place == "catalog":
            include = "include" in query
            if words[1] == "gpus":
                return 200, {"gpus": [market.gpu(account, row, include) for row in market.GPUS]}
            if words[1] == "cpus":
                return 200, {"cpus": [market.cpu(account, row, include) for row in market.CPUS]}
        if place == "network-volumes" and len(words) == 2:
            if words[1] not in account.volumes:
                raise Refusal(404, "network volume not found")
            return 200, account.volumes[words[1]]
        if place == "registries":
            return 200, {"registries": list(account.registries.values())}
        if place == "billing" and words[1:] == ["pods"]:
            return 200, self.billing(account, {name: values[0] for name, values in query.items()})
        raise Refusal(404, "not found")

    def pods(self, account, method, rest, query, body):
        if not rest:
            if method == "POST":
                pod = account.create(body)
                if account.settings["machines"]:
                    self.host.care(pod)
                return 201, pod.json()
            return 200, {"pods": [pod.json() for pod in account.live() if account.now() - pod.created >= account.settings["listing_lag"]]}
        pod = account.find(unquote(rest[0]))
        if rest[1:] == ["logs"]:
            return 200, self.logs(pod, int(query.get("tail", ["100"])[0]))
        if rest[1:] == ["action"]:
            pod.act(body["action"])
            return (204, None) if body["action"] == "terminate" else (200, pod.json())
        if method == "DELETE":
            pod.pause("TERMINATED")
            return 204, None
        if method == "PATCH":
            pod.body.update({key: value for key, value in body.items() if key != "locked"})
            pod.locked = body.get("locked", pod.locked)
        return 200, pod.json()

    @staticmethod
    def logs(pod, tail):
        """A stream that goes on for as long as somebody listens."""
        sent = 0
        for number, line in enumerate(list(pod.lines)[-tail:]):
            yield f"id: {line['ts']}/{number:012}\ndata: {json.dumps(line)}\n\n".encode()
            sent += 1
        for _ in range(120):
            time.sleep(0.5)
            yield b": keep-alive\n\n" if sent < 0 else b""

    @staticmethod
    def billing(account, query):
        size = SIZES[query.get("bucketSize", "day")]
        start, end = moment(query.get("startTime"), account.now() - 30 * 86400), moment(query.get("endTime"), account.now())
        pods = [pod for pod in account.pods.values() if query.get("podId") in (None, pod.id)]
        records = [one for pod in pods for one in pod.bills(start, end, size)]
        names = ("totalAmount", "gpuAmount", "cpuAmount", "diskAmount")
        meta = {"query": {"startTime": stamp(start), "endTime": stamp(end), "bucketSize": query.get("bucketSize", "day"), "podId": query.get("podId")},
                "recordCount": len(records), "uniquePodCount": len({one["podId"] for one in records}), "totals": {name: sum(one[name] for one in records) for name in names}}
        return {"records": records, "metadata": meta}

    @staticmethod
    def graphql(account, right, own, body):
        pod = account.pods.get(json.loads(body).get("variables", {}).get("podId"))
        allowed = right == "all" or (right == "pod" and pod is own and account.settings["pod_key"] in ("rest", "graphql"))
        if pod is None or not allowed or "podTerminate" not in body.decode():
            return {"errors": [{"message": "Unauthorized"}]}
        pod.pause("TERMINATED")
        return {"data": {"podTerminate": None}}

    # How tests tell it what to do wrong, and ask what it has seen.

    def control(self, method, url, body):
        words, told = url.path.split("/")[2:], json.loads(body) if body else {}
        with LOCK:
            try:
                return 200, [("Content-Type", "application/json")], json.dumps(self.controlled(method, words, told)).encode()
            except KeyError as missing:
                return 404, [], f"no {missing}".encode()

    def controlled(self, method, words, told):
        if not words:
            return True
        if words == ["violations"]:
            return [one for account in self.accounts.values() for one in account.violations]
        if words == ["accounts"]:
            account = Account(told)
            self.accounts[account.id] = account
            return {"account": account.id, "api_key": account.key, "read_key": account.read_key}
        account, rest = self.accounts[words[1]], words[2:]
        if rest == ["settings"]:
            account.settings.update(told)
        elif rest == ["clock"]:
            account.offset += told["advance"]
        elif rest == ["log"]:
            return account.log
        elif rest == ["violations"]:
            found = list(account.violations)
            if method == "DELETE":
                account.violations.clear()
            return found
        elif rest == ["volumes"]:
            volume = {"id": letters(10), "name": "data", "size": 10, "dataCenter": told["dataCenter"], "type": "STANDARD"}
            account.volumes[volume["id"]] = volume
            return volume
        elif rest == ["registries"]:
            registry = {"id": "reg_" + letters(6), "name": told["name"]}
            account.registries[registry["id"]] = registry
            return registry
        elif rest == ["faults"]:
            if method == "DELETE":
                account.faults.clear()
            else:
                account.count += 1
                account.faults[str(account.count)] = told
        elif rest == ["pods"]:
            return [{**pod.json(), "starts": pod.starts, "key": pod.key, "lines": [line["line"] for line in pod.lines]} for pod in account.pods.values()]
        elif rest == ["seed"]:
            for number in range(told["count"]):
                account.create({"name": told["name"].replace("{n}", str(number)), "image": "x", "cpu": {"id": "cpu5c", "vcpuCount": 2}})
        return True


class Html(Exception):
    """What stands before the API answers."""

    def __init__(self, status):
        self.status = status


class Handler(listener.Handler):
    def exchange(self):
        try:
            status, headers, data = self.cloud.serve(*self.whole())
        except Broken:
            raise
        except Html as page:
            status, headers, data = page.status, [("Content-Type", "text/html")], b"<html>bad gateway</html>"
        except Exception:
            traceback.print_exc()
            status, headers, data = 500, [("Content-Type", "text/plain")], b"dev/engine-runpod failed; its log says why"
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if isinstance(data, bytes):
            if status != 204:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            return self.wfile.write(data)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.close_connection = True
        for piece in data:
            if piece:
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            self.wfile.flush()


options = listener.options("--listen", "--reach", "--label")
listener.listen(Handler, Cloud(options), options.listen)
