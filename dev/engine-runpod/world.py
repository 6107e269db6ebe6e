"""Accounts and their pods."""

import collections
import json
import random
import re
import string
import threading
import time

import market

LOCK = threading.RLock()
ACTIONS = {"RUNNING": ["stop", "restart", "terminate"], "EXITED": ["start", "terminate"], "ERROR": ["start", "terminate"]}
SETTINGS = {
    "machines": False,  # whether pods are really started, as containers
    "restart": "wipe",  # what a container's disk is after its command has ended and it is started again: "wipe" or "keep"
    "pod_key": "rest",  # what the key inside a pod may do: "rest", "graphql", "none"
    "boot_seconds": 0,
    "listing_lag": 0,  # pods younger than this are in no listing
    "sold_out": [],
    "balance": True,
    "quota": {"minute": 6000, "hour": 30000},
}


def letters(count):
    return "".join(random.choices(string.ascii_lowercase + string.digits, k=count))


class Refusal(Exception):
    def __init__(self, status, detail, errors=None, headers=()):
        self.status, self.detail, self.errors, self.headers = status, detail, errors, list(headers)


class Pod:
    def __init__(self, account, body):
        self.account, self.body, self.id = account, body, letters(14)
        self.status, self.created, self.started, self.stopped = "PROVISIONING", account.now(), None, None
        self.center = (body.get("dataCenterIds") or market.CENTERS)[0]
        self.intervals, self.lines, self.starts, self.locked = [], collections.deque(maxlen=5000), 0, False
        self.key = "rpa_pod_" + letters(24)
        self.changed = threading.Event()

    def tick(self):
        now = self.account.now()
        if self.status in ("PROVISIONING", "STARTING") and not self.account.settings["machines"] and now >= self.created + self.account.settings["boot_seconds"]:
            self.runs()

    def runs(self):
        if self.status in ("PROVISIONING", "STARTING"):
            self.status, self.started = "RUNNING", self.account.now()
            self.intervals.append([self.started, None])

    def pause(self, status):
        if self.intervals and self.intervals[-1][1] is None:
            self.intervals[-1][1] = self.account.now()
        self.status, self.stopped = status, self.account.now()
        self.changed.set()

    def act(self, action):
        allowed = ACTIONS.get(self.status, ["stop", "terminate"])
        if action not in allowed or (self.locked and action in ("stop", "restart")):
            raise Refusal(409, f"action {action} is not valid for a pod that is {self.status}")
        if action == "stop":
            self.pause("EXITED")
        elif action == "start":
            self.status, self.created = "STARTING", self.account.now()
            self.changed.set()
        elif action == "terminate":
            self.pause("TERMINATED")

    def print(self, line):
        self.lines.append({"ts": stamp(time.time()), "source": "container", "line": line})

    def json(self):
        self.tick()
        machine, disk = market.hourly(self.body)
        runs = self.status not in ("EXITED", "TERMINATED")
        found = {
            "id": self.id, "name": self.body["name"], "status": self.status, "actions": ACTIONS.get(self.status, ["stop", "terminate"]),
            "image": self.body["image"], "args": self.body.get("args", ""), "disk": self.body.get("disk", 20), "mounts": self.body.get("mounts", {}),
            "ports": self.body.get("ports", []), "env": self.body.get("env", {}), "registry": self.body.get("registry"), "cloud": self.body.get("cloud", "SECURE"),
            "dataCenterId": self.center, "cudaVersion": None, "ssh": {"proxy": None, "direct": None}, "template": None,
            "cost": round(machine + disk, 6) if runs else 0.0, "locked": self.locked, "runtime": {"uptime": int(self.account.now() - self.started)} if self.status == "RUNNING" else None,
            "createdAt": stamp(self.created), "startedAt": stamp(self.started) if self.started else None, "globalNetworking": {"enabled": False},
        }
        if "gpu" in self.body:
            found["gpu"] = {"id": self.body["gpu"]["id"], "count": self.body["gpu"].get("count", 1)}
        else:
            found["cpu"] = {**self.body["cpu"], "memory": self.body["cpu"]["vcpuCount"] * 2}
        return found

    def bills(self, start, end, size):
        machine, disk = market.hourly(self.body)
        found, at = [], start - start % size
        while at < end:
            seconds = sum(max(0, min(at + size, to or self.account.now()) - max(at, since)) for since, to in self.intervals)
            if seconds > 0:
                gpu, rest = machine * seconds / 3600, disk * seconds / 3600
                is_gpu = "gpu" in self.body
                found.append({"startTime": stamp(at), "endTime": stamp(at + size), "podId": self.id, "totalAmount": round(gpu + rest, 6),
                              "gpuAmount": gpu if is_gpu else 0, "cpuAmount": 0 if is_gpu else gpu, "diskAmount": rest})
            at += size
        return found


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Account:
    def __init__(self, settings):
        self.id, self.settings, self.offset = letters(10), {**SETTINGS, **settings}, 0.0
        self.key, self.read_key = "rpa_" + letters(40), "rpa_" + letters(40)
        self.pods, self.faults, self.log, self.violations, self.volumes, self.registries, self.windows = {}, {}, [], [], {}, {}, {}
        self.count = 0

    def now(self):
        return time.time() + self.offset

    def live(self):
        return [pod for pod in self.pods.values() if pod.status != "TERMINATED"]

    def find(self, id):
        pod = self.pods.get(id)
        if pod is None or pod.status == "TERMINATED":
            raise Refusal(404, "pod not found")
        return pod

    def create(self, body):
        if not self.settings["balance"]:
            raise Refusal(402, "Your balance is too low to deploy a pod")
        if ("gpu" in body) == ("cpu" in body):
            raise Refusal(400, "exactly one of gpu and cpu must be set")
        name = body["gpu"]["id"] if "gpu" in body else body["cpu"]["id"]
        rows = market.GPUS if "gpu" in body else market.CPUS
        row = next((row for row in rows if row[0] == name), None)
        if row is None:
            raise Refusal(400, f"unknown type {name}")
        if "gpu" in body and body["gpu"].get("count", 1) > row[3][0 if body.get("cloud", "SECURE") == "SECURE" else 1]:
            raise Refusal(400, market.NO_CAPACITY)
        if "cpu" in body and (body["cpu"]["vcpuCount"] & (body["cpu"]["vcpuCount"] - 1) or body.get("disk", 20) > 20):
            raise Refusal(400, "vcpuCount must be a power of two, and a CPU pod's disk 20 GB at most")
        places = [one for one in body.get("dataCenterIds") or market.CENTERS if not market.has_none(self, name, one)]
        if market.has_none(self, name) or not places:
            raise Refusal(400, market.NO_CAPACITY)
        for mount in body.get("mounts", {}).get("network", []):
            volume = self.volumes.get(mount["volumeId"])
            if volume is None or volume["dataCenter"] not in places:
                raise Refusal(404, "network volume not found")
        if body.get("registry") and body["registry"] not in self.registries:
            raise Refusal(404, "registry not found")
        pod = Pod(self, {**body, "dataCenterIds": places})
        self.pods[pod.id] = pod
        return pod

    def spend(self):
        """Takes one request from every window; the headers that say so, and whether there was one left."""
        now, members, policy, wait = self.now(), [], [], 0
        for name, quota in self.settings["quota"].items():
            length = {"minute": 60, "hour": 3600, "day": 86400}[name]
            window = self.windows.get(name)
            if window is None or now >= window[0] + length:
                window = self.windows[name] = [now, 0]
            window[1] += 1
            left, reset = max(0, quota - window[1]), max(1, int(window[0] + length - now))
            members.append(f'"{name}";r={left};t={reset}')
            policy.append(f'"{name}";q={quota};w={length}')
            wait = max(wait, reset if window[1] > quota else 0)
        return [("RateLimit", ", ".join(members)), ("RateLimit-Policy", ", ".join(policy))], wait

    def fault(self, method, path):
        for id, fault in list(self.faults.items()):
            if re.fullmatch(fault.get("method", ".*"), method) and re.fullmatch(fault.get("path", ".*"), path):
                if fault.get("skip", 0) > 0:
                    fault["skip"] -= 1
                elif fault.get("times", 1) > 0:
                    fault["times"] = fault.get("times", 1) - 1
                    fault["hits"] = fault.get("hits", 0) + 1
                    return fault


def command(pod):
    """The container's entry point and arguments: `args` is a JSON document, or words for the image's own entry point."""
    args = pod.body.get("args", "")
    try:
        told = json.loads(args)
        return told.get("entrypoint") or [], told.get("cmd") or []
    except ValueError:
        return [], args.split()
