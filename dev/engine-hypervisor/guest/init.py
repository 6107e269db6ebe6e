#!/usr/bin/env python3
"""Process 1 of a machine: what a distribution's init and cloud-init do, as far as user-data can tell.

Fetches user-data from the metadata service (IMDSv2) and runs it as root at the first boot. At later boots runs what was left for them: @reboot
lines of /etc/cron.d and /var/lib/cloud/scripts/per-boot. Ends for SIGUSR2, SIGTERM (the power button) and SIGUSR1 (again, please).
"""

import gzip
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

METADATA = "http://169.254.169.254/latest"
POWERED_OFF, REBOOT = 100, 101
CLOUD = "/var/lib/cloud"
wanted = []


def say(*words):
    print(f"[{time.monotonic():.2f}]", *words, flush=True)


def metadata(path, method="GET", **headers):
    request = urllib.request.Request(METADATA + path, method=method, headers={name.replace("_", "-"): value for name, value in headers.items()})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read()


def user_data():
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            token = metadata("/api/token", "PUT", x_aws_ec2_metadata_token_ttl_seconds="60").decode()
            return metadata("/user-data", x_aws_ec2_metadata_token=token)
        except urllib.error.HTTPError as error:
            say(f"no user-data: {error}")
            return b""
        except OSError:
            time.sleep(0.05)
    say("no metadata service")
    return b""


def start(command):
    say("runs", " ".join(command))
    subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, cwd="/")


def boot():
    for folder in ("/etc/cron.d", f"{CLOUD}/instance/scripts", f"{CLOUD}/scripts/per-boot", "/var/log", "/run"):
        os.makedirs(folder, exist_ok=True)
    for name in ("shutdown", "poweroff", "halt", "reboot"):
        path = f"/usr/sbin/{name}"
        if not os.path.lexists(path):
            os.symlink("/opt/machine/power", path)
    script = f"{CLOUD}/instance/scripts/part-001"
    if not os.path.exists(f"{CLOUD}/instance/booted"):
        data = user_data()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        with open(script, "wb", opener=lambda path, flags: os.open(path, flags, 0o700)) as file:
            file.write(data)
        open(f"{CLOUD}/instance/booted", "w").close()
        if data.startswith(b"#!"):
            start([script])
        elif data:
            say("user-data is no script: ignored")
        return
    for name in sorted(os.listdir(f"{CLOUD}/scripts/per-boot")):
        start([f"{CLOUD}/scripts/per-boot/{name}"])
    for name in sorted(os.listdir("/etc/cron.d")):
        with open(f"/etc/cron.d/{name}", encoding="utf-8") as file:
            for line in file:
                words = line.split(None, 2)
                if words and words[0] == "@reboot":
                    start(["/bin/sh", "-c", words[2].strip()])


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def end(code):
    say("goes down" if code == POWERED_OFF else "goes down, and comes back")
    for number, seconds in ((signal.SIGTERM, 3), (signal.SIGKILL, 1)):
        try:
            os.kill(-1, number)
        except ProcessLookupError:
            break
        deadline = time.monotonic() + seconds
        while reap() and time.monotonic() < deadline:
            time.sleep(0.02)
    sys.exit(code)


def main():
    for number, code in ((signal.SIGUSR2, POWERED_OFF), (signal.SIGTERM, POWERED_OFF), (signal.SIGUSR1, REBOOT)):
        signal.signal(number, lambda *_, code=code: wanted.append(code))
    signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes the wait below
    boot()
    while not wanted:
        signal.sigtimedwait([signal.SIGCHLD], 0.2)
        reap()
    end(wanted[0])


main()
