"""Starts pods as containers of the Docker Engine at DOCKER_HOST, which must be on this machine: their networks are furnished from outside, as root."""

import asyncio
import json
import os
import sys
import threading
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "engine-hypervisor"))

from network import docker, relay, sockets_inside

from world import command


class Host:
    def __init__(self, label, ports):
        self.label, self.ports, self.tasks = f"runpilot-test.pods={label}", ports, {}
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.run(self._sweep())

    def run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def care(self, pod):
        """For every pod that is made."""
        self.tasks[pod.id] = asyncio.run_coroutine_threadsafe(self._live(pod), self.loop)

    async def _sweep(self):
        for id in (await docker("ps", "--all", "--quiet", "--filter", f"label={self.label}")).split():
            await docker("rm", "--force", "--volumes", id)

    async def _live(self, pod):
        """From the first start to the end: a command that ends is started again, as RunPod does."""
        name, made = f"runpilot-pod-{pod.id}", False
        try:
            while pod.status != "TERMINATED":
                if pod.status == "EXITED":
                    await asyncio.sleep(0.1)
                    continue
                if made and pod.account.settings["restart"] == "wipe":
                    await docker("rm", "--force", "--volumes", name)
                    made = False
                if not made:
                    await self._create(pod, name)
                    made = True
                pod.starts += 1
                code = await self._start(pod, name)
                if pod.account.settings["restart"] == "never":
                    return pod.finish("completed" if code == 0 else "failed_user", code)
                await asyncio.sleep(0.2)
        except Exception as error:
            traceback.print_exc()
            pod.print(f"host: {error}")
            pod.status = "ERROR"
            if pod.account.settings["restart"] == "never":
                pod.finish("failed_system")
        finally:
            await docker("rm", "--force", "--volumes", name)

    async def _create(self, pod, name):
        entry, words = command(pod)
        variables = {**pod.body.get("env", {})}
        if pod.key:
            variables.update({"RUNPOD_POD_ID": pod.id, "RUNPOD_API_KEY": pod.key, "RUNPOD_DC_ID": pod.center})
        flags = [flag for key, value in variables.items() for flag in ("--env", f"{key}={value}")]
        if entry:
            flags += ["--entrypoint", entry[0]]
        await docker("create", "--name", name, "--label", self.label, "--network", "none", "--hostname", pod.id, *flags, pod.body["image"], *entry[1:], *words)

    async def _start(self, pod, name):
        process = await asyncio.create_subprocess_exec(
            "docker", "start", "--attach", name, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, limit=1 << 20)
        servers = []
        ending = asyncio.create_task(self._end_when_told(pod, name, process))
        try:
            pid = 0
            while pid == 0 and process.returncode is None:
                pid = json.loads(await docker("inspect", "--format", "{{.State.Pid}}", name))
            if pid:
                for port, one in zip(self.ports, sockets_inside(pid, [("127.0.0.1", port) for port in self.ports])):
                    servers.append(await asyncio.start_server(relay(port), sock=one))
                pod.runs()
            while line := await process.stdout.readline():
                pod.print(line.decode(errors="replace").rstrip("\n"))
            return await process.wait()
        finally:
            ending.cancel()
            for server in servers:
                server.close()

    async def _end_when_told(self, pod, name, process):
        while pod.status not in ("TERMINATED", "EXITED"):
            await asyncio.sleep(0.1)
        while process.returncode is None:
            try:
                await docker("stop", "--time", "3", name)
            except RuntimeError as error:
                print(error, flush=True)
                await asyncio.sleep(0.2)
