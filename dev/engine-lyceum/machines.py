"""Virtual machines: containers of the Docker Engine, with an SSH server of asyncssh's before each that lets in the key the machine was made with."""

import asyncio
import os
import sys
import time
import uuid

import asyncssh

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "engine-hypervisor"))

from network import docker, relay, sockets_inside

IMAGE = "runpilot-test/machine:1"
# USD an hour of a GPU: on demand, spot; None where there is no spot.
PROFILES = {"l40s": (1.19, None), "a100": (1.59, 0.80), "h100": (2.79, 1.10), "h200": (4.29, 1.60)}
SIZES = [1, 2, 4, 8]


def rows():
    for profile, prices in PROFILES.items():
        for market, price in zip(("on-demand", "spot"), prices):
            if price is not None:
                yield profile, market, price


def pricing():
    found = [
        {"meter_slug": "vm_running", "resource": "vm", "applies_to": {"hardware_profile": f"{market}.{profile}.{count}x"}, "unit": "second",
         "unit_price": f"{price * count / 3600:.8f}", "unit_price_per_hour": f"{price * count:.8f}"}
        for profile, market, price in rows() for count in SIZES
    ]
    return {"prices": found}


def availability(account):
    variants = [
        {"hardware_profile": profile, "instance_type": market, "price_per_hour": price, "allowed_gpus_per_instance": SIZES,
         "available_gpus_per_instance": [] if f"{market}.{profile}" in account.settings["sold_out"] else SIZES}
        for profile, market, price in rows()
    ]
    return {"available_hardware_profiles": [], "available_instance_variants": variants}


def create(account, body, cloud):
    market, profile = body.get("instance_type", "on-demand"), body["hardware_profile"]
    if not any((profile, market) == row[:2] for row in rows()) or f"{market}.{profile}" in account.settings["sold_out"]:
        return None
    machine = Machine(account, body)
    if account.settings["machines"]:
        asyncio.run_coroutine_threadsafe(machine.live(cloud.host), cloud.host.loop)
    else:
        machine.status = "ready"
    return machine


class Machine:
    def __init__(self, account, body):
        self.account, self.body, self.id, self.status, self.address = account, body, str(uuid.uuid4()), "pending", None
        self.at, self.logins, self.ended = time.time(), 0, asyncio.Event()
        self.name = f"runpilot-vm-{self.id}"

    def json(self):
        specs = {"gpu_type": self.body["hardware_profile"], "gpu_count": self.body.get("instance_specs", {}).get("gpu_count", 1)}
        return {"vm_id": self.id, "status": self.status, "ip_address": self.address, "created_at": stamp(self.at), "instance_specs": specs,
                "hardware_profile": specs["gpu_type"], "gpu_count": specs["gpu_count"], "instance_type": self.body.get("instance_type", "on-demand"),
                "name": "hyd-production-vm-" + self.id[:8], "display_name": self.body.get("display_name"), "billed": None}

    def created_json(self):
        """As the vendor answers a create: less is known than was sent."""
        return {**self.json(), "hardware_profile": None, "gpu_count": None, "ip_address": None}

    def end(self, status):
        self.status = status
        self.ended.set()

    async def live(self, host):
        server = relays = None
        try:
            await docker("run", "--detach", "--name", self.name, "--label", host.label, "--network", "none", "--init", IMAGE, "sleep", "infinity")
            pid = int(await docker("inspect", "--format", "{{.State.Pid}}", self.name))
            inside = sockets_inside(pid, [("127.0.0.1", port) for port in host.ports])
            relays = [await asyncio.start_server(relay(port), sock=one) for port, one in zip(host.ports, inside)]
            self.status = "ready"  # before it has an address, as in life
            await asyncio.sleep(1)
            server = await asyncssh.create_server(
                lambda: Door(self), "127.0.0.1", 0, server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")], process_factory=self.serve, encoding=None)
            self.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
            while not self.ended.is_set():
                await asyncio.sleep(0.1)
        finally:
            for one in [server, *(relays or [])]:
                if one:
                    one.close()
            await docker("rm", "--force", "--volumes", self.name)

    async def serve(self, process):
        self.logins += 1
        child = await asyncio.create_subprocess_exec(
            "docker", "exec", "--interactive", self.name, "sh", "-c", process.command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE)
        output, errors = await child.communicate(await process.stdin.read())
        process.stdout.write(output)
        process.stderr.write(errors)
        process.exit(child.returncode)


class Door(asyncssh.SSHServer):
    def __init__(self, machine):
        self.machine = machine

    def public_key_auth_supported(self):
        return True

    def validate_public_key(self, username, key):
        return username == "lyceum" and key == asyncssh.import_public_key(self.machine.body["user_public_key"])


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f"{seconds % 1:.6f}"[1:] + "Z"
