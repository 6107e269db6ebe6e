#!/usr/bin/env python3
"""Boots the instances of the tests' cloud as containers. See README.md.

  hypervisor.py --control URL --reach PORT,PORT --label TEXT --consoles FOLDER

Containers are run by the Docker Engine at DOCKER_HOST, which must be on this machine: their networks are furnished from outside, as root.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import traceback
import urllib.error
import urllib.request

from metadata import Metadata
from network import docker, relay, sockets_inside

IMAGE = "runpilot-test/machine:1"
GUEST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "guest")
ADDRESS = "169.254.169.254"
# How process 1 ends: see guest/init.py; 130 and 129 are the kernel's reboot(2), which ends it with SIGINT and SIGHUP.
POWERED_OFF, REBOOT = {100, 130}, {101, 129}


class Machine:
    def __init__(self, hypervisor, facts):
        self.hypervisor, self.facts, self.name = hypervisor, facts, "runpilot-machine-" + facts["id"]
        self.metadata = Metadata(facts, self.issue)
        self.servers, self.task, self.process, self.ending = [], None, None, None

    def update(self, facts):
        self.facts = self.metadata.machine = facts

    async def issue(self):
        return await self.hypervisor.tell(self.facts, {"credentials": True})

    async def run(self):
        """From power-on to power-off."""
        try:
            if not await docker("ps", "--all", "--quiet", "--filter", f"name=^{self.name}$"):
                await docker(
                    "create", "--name", self.name, "--label", self.hypervisor.label, "--network", "none", "--cap-add", "SYS_BOOT", "--tmpfs", "/run:exec",
                    "--hostname", "ip-" + self.facts["private_ip"].replace(".", "-"), "--volume", f"{GUEST}:/opt/machine:ro", IMAGE, "/opt/machine/init.py")
            code = 101
            while code in REBOOT:
                code = await self.power_on()
            if self.ending is None and code in POWERED_OFF:
                await self.hypervisor.tell(self.facts, {"event": "powered-off"})
            elif self.ending is not None:
                await self.hypervisor.tell(self.facts, {"event": self.ending})
            else:
                print(f"{self.facts['id']}: lost its power ({code}); the cloud goes on calling it running", flush=True)
                await asyncio.Event().wait()
        except Exception:
            traceback.print_exc()

    async def power_on(self):
        with open(f"{self.hypervisor.consoles}/{self.facts['id']}.log", "ab") as console:
            self.process = await asyncio.create_subprocess_exec("docker", "start", "--attach", self.name, stdout=console, stderr=console)
        try:
            pid = 0
            while pid == 0 and self.process.returncode is None:
                pid = int(await docker("inspect", "--format", "{{.State.Pid}}", self.name))
            if pid:
                inside = sockets_inside(pid, [(ADDRESS, 80)] + [("127.0.0.1", port) for port in self.hypervisor.ports], ADDRESS)
                self.servers = [await asyncio.start_server(self.serve_metadata, sock=inside[0])]
                for port, one in zip(self.hypervisor.ports, inside[1:]):
                    self.servers.append(await asyncio.start_server(relay(port), sock=one))
                await self.hypervisor.tell(self.facts, {"event": "booted"})
            return await self.process.wait()
        finally:
            for server in self.servers:
                server.close()

    async def serve_metadata(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin1").split("\r\n")
                method, target, _ = head[0].split(" ")
                headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
                await reader.readexactly(int(headers.get("content-length", "0")))
                status, body = await self.metadata.answer(method, target, headers)
                writer.write(f"HTTP/1.1 {status} Metadata\r\nServer: EC2ws\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n".encode())
                writer.write(b"" if method == "HEAD" else body)
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError, ValueError):
            pass
        finally:
            writer.close()

    async def power_off(self, event):
        """From outside: the power button, and the plug a little later."""
        self.ending, seconds = event, 0
        while self.process.returncode is None and seconds < 6:
            try:  # again and again: process 1 may not have begun to listen
                await docker("kill", "--signal", "TERM" if seconds < 5 else "KILL", self.name)
            except RuntimeError as error:
                print(error, flush=True)
            await asyncio.wait([asyncio.create_task(self.process.wait())], timeout=0.5)
            seconds += 0.5

    async def remove(self):
        for task in [self.task] if self.task else []:
            task.cancel()
        try:
            await docker("rm", "--force", "--volumes", self.name)
        except RuntimeError as error:
            print(error, flush=True)


class Hypervisor:
    def __init__(self, options):
        self.control, self.label = options.control, f"runpilot-test.hypervisor={options.label}"
        self.ports, self.consoles = [int(port) for port in options.reach.split(",")], options.consoles
        self.machines, self.removals = {}, set()

    async def ask(self, path, body=None):
        def send():
            data = None if body is None else json.dumps(body).encode()
            with urllib.request.urlopen(urllib.request.Request(self.control + path, data=data), timeout=30) as answer:
                return json.load(answer)

        return await asyncio.to_thread(send)

    async def tell(self, facts, body):
        try:
            return await self.ask(f"/accounts/{facts['account']}/machines/{facts['id']}", body)
        except urllib.error.HTTPError as error:
            print(f"{facts['id']}: {body} was refused: {error.code}", flush=True)

    def later(self, work):
        task = asyncio.get_running_loop().create_task(work)
        self.removals.add(task)
        task.add_done_callback(self.removals.discard)

    def care(self, facts):
        """Does for a machine what its state asks for."""
        machine = self.machines.get(facts["id"])
        if machine is None and facts["state"] in ("pending", "running", "shutting-down", "stopping"):
            machine = self.machines[facts["id"]] = Machine(self, facts)
        if machine is None:
            return
        machine.update(facts)
        runs = machine.task is not None and not machine.task.done()
        if facts["state"] == "pending" and not runs:
            machine.ending = None
            machine.task = asyncio.get_running_loop().create_task(machine.run())
        elif facts["state"] in ("shutting-down", "stopping") and machine.ending is None:
            if runs and machine.process is not None and machine.process.returncode is None:
                self.later(machine.power_off("ended"))
            elif not runs or machine.process is not None:
                machine.ending = "ended"  # it is off already, or lost its power
                self.later(self.tell(facts, {"event": "ended"}))
        elif facts["state"] == "running" and facts["interruption"] and facts["interruption"]["in"] <= 0 and machine.ending is None:
            self.later(machine.power_off("interrupted"))
        elif facts["state"] == "terminated":
            self.later(self.machines.pop(facts["id"]).remove())

    async def work(self):
        known = set()
        while True:
            try:
                all = await self.ask("/machines")
            except OSError:
                await asyncio.sleep(0.5)
                continue
            for facts in all:
                if facts["state"] != "terminated" or facts["id"] in self.machines:
                    self.care(facts)
            known = {facts["id"] for facts in all}
            for id in set(self.machines) - known:
                self.later(self.machines.pop(id).remove())
            await asyncio.sleep(0.1 if self.machines else 0.25)

    async def sweep(self):
        for id in (await docker("ps", "--all", "--quiet", "--filter", f"label={self.label}")).split():
            await docker("rm", "--force", "--volumes", id)


async def main():
    parser = argparse.ArgumentParser()
    for name in ("--control", "--reach", "--label", "--consoles"):
        parser.add_argument(name, required=True)
    hypervisor = Hypervisor(parser.parse_args())
    os.makedirs(hypervisor.consoles, exist_ok=True)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await hypervisor.sweep()
    work = asyncio.create_task(hypervisor.work())
    print("ready", flush=True)
    await asyncio.wait([work, asyncio.create_task(stopped.wait())], return_when=asyncio.FIRST_COMPLETED)
    await hypervisor.sweep()
    sys.exit(work.done())


asyncio.run(main())
