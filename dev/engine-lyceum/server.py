#!/usr/bin/env python3
"""Lyceum Cloud for tests, as far as executions go. See README.md.

  server.py --listen HOST:PORT --reach PORT,PORT --label TEXT
"""

import collections
import json
import os
import re
import sys
import threading
import time
import traceback
import uuid
from urllib.parse import urlsplit

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, "..", "engine-runpod"), os.path.join(HERE, "..", "engine-http")]

import listener
import machines
from host import Host
from listener import Broken

BASE = "/api/v2/external"
LOCK = threading.RLock()
PROFILES = {"cpu": 0.12, "gpu.l40s": 1.19, "a100": 1.59, "h100": "2.79", "h100.2x": 5.58}
CAPACITY = "The instance could not be provisioned right now. Please try again in a moment."
SETTINGS = {"machines": False, "sold_out": [], "listing_lag": 0, "credits": 500.0, "allowed": list(PROFILES), "restart": "never"}


def members(calls, end):
    """The members of a request, as endpoints.json has them in words."""
    return set(re.findall(r"[a-z0-9_]+(?=[?,}\[(:])", next(call for call in calls if call["path"].endswith(end))["request"]))


def known_members():
    """What the vendor's own client sends with each request: endpoints.json, whose third member lists it in words."""
    with open(os.path.join(HERE, "endpoints.json")) as file:
        calls = json.load(file)["endpoints"]
    return members(calls, "/image/start"), members(calls, "/vms/create"), {call["path"] for call in calls}


MEMBERS, MACHINE_MEMBERS, PATHS = known_members()


class Refusal(Exception):
    def __init__(self, status, detail):
        self.status, self.detail = status, detail


class Execution:
    """With the members that the host of engine-runpod wants of a pod."""

    def __init__(self, account, body):
        self.account, self.id, self.sent, self.key = account, str(uuid.uuid4()), body, ""
        self.body = {"image": body["docker_image_ref"], "args": json.dumps({"cmd": body.get("docker_run_cmd", [])}),
                     "env": dict(line.split("=", 1) for line in body.get("docker_run_env", "").split("\n") if line)}
        self.status, self.center, self.starts, self.lines = "PENDING", "eu", 0, collections.deque(maxlen=5000)
        self.created, self.began, self.ended, self.code, self.outcome = time.time(), None, None, None, None

    def runs(self):
        if self.began is None:
            self.status, self.began = "RUNNING", time.time()

    def finish(self, outcome, code=None):
        if self.ended is None:
            self.runs()
            self.status, self.outcome, self.code, self.ended = "TERMINATED", outcome, code, time.time()

    def tick(self):
        if not self.account.settings["machines"]:
            self.runs()
        if self.ended is None and time.time() > self.created + self.sent["timeout"]:
            self.finish("timeout")

    def print(self, line):
        self.lines.append(line)

    @property
    def word(self):
        self.tick()
        return self.outcome or self.status.lower()

    def json(self):
        return {"execution_id": self.id, "status": self.word, "file_name": self.sent.get("file_name"), "hardware_profile": self.sent["execution_type"],
                "job_type": "docker", "created_at": moment(self.created)}

    def detail(self):
        hours = ((self.ended or time.time()) - self.began) / 3600 if self.began else 0
        price = float(PROFILES[self.sent["execution_type"]])
        return {**self.json(), "return_code": self.code, "billed": round(hours * price, 6), "job_start": moment(self.began), "job_end": moment(self.ended),
                "system_errors": []}


def moment(seconds):
    """Without a zone, as the vendor writes it."""
    return None if seconds is None else time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f"{seconds % 1:.6f}"[1:]


class Account:
    def __init__(self, settings):
        self.id, self.key, self.settings = uuid.uuid4().hex, "lk_" + uuid.uuid4().hex, {**SETTINGS, **settings}
        self.executions, self.machines, self.faults, self.log, self.violations = {}, {}, [], [], []

    def find(self, id):
        if id not in self.executions:
            raise Refusal(404, "Execution not found")
        return self.executions[id]

    def fault(self, method, path):
        for fault in self.faults:
            if fault.get("times", 1) > 0 and re.fullmatch(fault.get("method", ".*"), method) and re.fullmatch(BASE + fault.get("path", ".*"), path):
                if fault.get("skip", 0) > 0:
                    fault["skip"] -= 1
                    continue
                fault["times"] = fault.get("times", 1) - 1
                return fault


class Cloud:
    def __init__(self, options):
        self.accounts, self.options, self.started = {}, options, None

    @property
    def host(self):
        if self.started is None:
            self.started = Host(self.options.label + "-executions", [int(port) for port in self.options.reach.split(",")])
        return self.started

    def serve(self, method, target, headers, body):
        path = urlsplit(target).path
        if path.startswith("/_control"):
            with LOCK:
                return 200, self.control(method, path.split("/")[2:], json.loads(body) if body else {})
        with LOCK:
            key = headers.get("authorization", "").removeprefix("Bearer ")
            account = next((one for one in self.accounts.values() if one.key == key), None)
            if account is None:
                return 401, {"detail": "Invalid authentication credentials"}
            line = {"method": method, "path": path, "body": body.decode(), "status": None}
            account.log.append(line)
            fault = account.fault(method, path)
        if fault and fault["kind"] == "drop":
            raise Broken
        try:
            if fault and fault["kind"] == "error":
                raise Refusal(fault.get("status", 500), fault.get("detail", "Internal server error"))
            with LOCK:
                answer = self.answer(account, method, path, json.loads(body) if body else None)
            status = 200
        except Refusal as refusal:
            status, answer = refusal.status, {"detail": refusal.detail}
        line["status"] = status
        if fault and fault["kind"] == "drop-answer":
            raise Broken
        return status, answer

    def answer(self, account, method, path, body):
        words = path.removeprefix(BASE).split("/")[1:]
        plain = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|nobody", "{vm_id}" if "/vms/" in path else "{execution_id}", path)
        if plain not in PATHS:
            account.violations.append(f"{method} {path}: no such call")
            raise Refusal(404, "Not Found")
        if words == ["user", "status"]:
            return {"user_id": account.id, "org_id": account.id, "email": "user@example.com", "is_active": True, "credit_balance": account.settings["credits"],
                    "status": "authenticated"}
        if words == ["machine-types"]:
            return {"machine_types": [{"hardware_profile": name, "price_per_hour": price} for name, price in PROFILES.items()]}
        if words == ["user", "quotas", "available-hardware"]:
            return {"available_hardware_profiles": account.settings["allowed"]}
        if words == ["pricing"]:
            return machines.pricing()
        if words[0] == "vms":
            return self.vms(account, method, words[1:], body)
        if words == ["workloads", "list"]:
            return [one.json() for one in account.executions.values()
                    if one.word in ("pending", "running") and time.time() - one.created >= account.settings["listing_lag"]]
        if words == ["execution", "image", "start"]:
            return self.start(account, body)
        if words[:2] == ["workloads", "abort"]:
            account.find(words[2]).finish("cancelled")
            return {"message": "aborted"}
        if words[:2] == ["logs", "execution"]:
            one = account.find(words[2])
            return {"logs": [{"timestamp": moment(one.created), "message": line} for line in one.lines], "total": len(one.lines)}
        if words[:2] == ["execution", "streaming"]:
            return {"status": account.find(words[2]).word}
        if words[0] == "execution":
            return account.find(words[1]).detail()
        raise Refusal(404, "Not Found")

    def vms(self, account, method, words, body):
        if words == ["availability"]:
            return machines.availability(account)
        if words == ["list"]:
            return {"vms": [one.json() for one in account.machines.values() if one.status != "terminated"], "total": len(account.machines)}
        if words == ["create"]:
            strange = set(body) - MACHINE_MEMBERS
            if strange or "hardware_profile" not in body or "user_public_key" not in body:
                account.violations.append(f"create: {sorted(strange)}")
                raise Refusal(400, "The instance request was invalid. Please check your parameters and try again.")
            machine = machines.create(account, body, self)
            if machine is None:
                raise Refusal(500, CAPACITY)
            account.machines[machine.id] = machine
            return machine.created_json()
        machine = account.machines.get(words[0])
        if machine is None:
            raise Refusal(404, "VM not found")
        if method == "DELETE":
            machine.end("terminated")
            return {"vm_id": machine.id, "status": "terminated", "message": f"VM {machine.id} has been terminated"}
        return machine.json()

    def start(self, account, body):
        strange = set(body) - MEMBERS
        wrong = [f"unknown {name}" for name in strange] + [f"missing {name}" for name in ("docker_image_ref", "timeout", "execution_type") if name not in body]
        if wrong:
            account.violations.append(f"start: {wrong}")
            raise Refusal(422, "; ".join(wrong))
        if account.settings["credits"] <= 0:
            raise Refusal(402, "Insufficient credits")
        if body["execution_type"] not in PROFILES:
            raise Refusal(400, f"Unknown hardware_profile '{body['execution_type']}'. Valid options: {', '.join(PROFILES)}")
        if body["execution_type"] in account.settings["sold_out"]:
            raise Refusal(500, CAPACITY)
        one = Execution(account, body)
        account.executions[one.id] = one
        if account.settings["machines"]:
            self.host.care(one)
        return {"execution_id": one.id, "streaming_url": f"/api/v1/stream/{one.id}"}

    def control(self, method, words, told):
        if not words:
            return True
        if words == ["violations"]:
            return [one for account in self.accounts.values() for one in account.violations]
        if words == ["accounts"]:
            account = Account(told)
            self.accounts[account.id] = account
            return {"account": account.id, "api_key": account.key}
        account, rest = self.accounts[words[1]], words[2:]
        if rest == ["settings"]:
            account.settings.update(told)
        elif rest == ["faults"]:
            account.faults.append(told)
        elif rest == ["log"]:
            return account.log
        elif rest == ["violations"]:
            return account.violations
        elif rest == ["machines"]:
            return [{**one.json(), "logins": one.logins} for one in account.machines.values()]
        elif rest[:1] == ["machines"]:
            account.machines[rest[1]].end("terminated")  # taken away, without a word
        elif rest == ["executions"]:
            return [{**one.detail(), "lines": list(one.lines), "starts": one.starts, "sent": one.sent} for one in account.executions.values()]
        return True


class Handler(listener.Handler):
    def exchange(self):
        try:
            status, answer = self.cloud.serve(*self.whole())
        except Broken:
            raise
        except Exception:
            traceback.print_exc()
            status, answer = 500, {"detail": "dev/engine-lyceum failed; its log says why"}
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


options = listener.options("--listen", "--reach", "--label")
listener.listen(Handler, Cloud(options), options.listen)
