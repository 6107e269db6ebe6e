"""measure.py FILE COMMAND…: runs a command, and adds the seconds that it took and the most memory that it had, in MiB, to FILE as a line."""

import os
import sys
import time

begin = time.monotonic()
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(pid, 0)
took = time.monotonic() - begin
if status == 0:
    with open(sys.argv[1], "a") as file:
        print(f"{took:.3f} {usage.ru_maxrss / 1024:.1f}", file=file)
sys.exit(os.waitstatus_to_exitcode(status))
