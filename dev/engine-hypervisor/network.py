"""What is shared by whoever runs containers whose network is furnished from outside: the engine's command line, sockets inside, relays."""

import asyncio
import ctypes
import fcntl
import socket
import struct
import threading

CLONE_NEWNET, SIOCSIFADDR, SIOCSIFFLAGS = 0x40000000, 0x8916, 0x8914
ENGINE = asyncio.Semaphore(4)


async def docker(*words):
    async with ENGINE:
        process = await asyncio.create_subprocess_exec("docker", *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        output, errors = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"docker {words[0]}: {errors.decode().strip()}")
    return output.decode().strip()


def sockets_inside(pid, places, address=None):
    """Listening sockets in the network of a process; `address` is one that its loopback is given first."""
    made, failed = [], []

    def enter():
        try:
            with open(f"/proc/{pid}/ns/net", "rb") as space:
                if ctypes.CDLL(None, use_errno=True).setns(space.fileno(), CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
            if address:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
                    request = struct.pack("16sHH4s8x", b"lo:1", socket.AF_INET, 0, socket.inet_aton(address))
                    fcntl.ioctl(control, SIOCSIFADDR, request)
                    fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH", b"lo", 0x41))
            for host, port in places:
                made.append(socket.create_server((host, port), backlog=64))
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=enter)  # only the thread goes there
    thread.start()
    thread.join()
    if failed:
        for one in made:
            one.close()
        raise failed[0]
    return made


async def pump(reader, writer):
    try:
        while block := await reader.read(1 << 18):
            writer.write(block)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.close()


def relay(port):
    """Carries what comes to a port of this machine."""

    async def connected(reader, writer):
        try:
            there, back = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(pump(reader, back), pump(there, writer))
            back.close()
        except OSError:
            pass
        finally:
            writer.close()

    return connected
