"""What can be rented, and for how much. Prices are made up, near the real ones."""

GPUS = [
    # id, name, GB, most (secure, community), USD an hour (secure, community)
    ("NVIDIA GeForce RTX 4090", "RTX 4090", 24, (8, 4), (0.69, 0.34)),
    ("NVIDIA RTX A4000", "RTX A4000", 16, (12, 4), (0.25, 0.17)),
    ("NVIDIA L4", "L4", 24, (10, 0), (0.43, 0)),
    ("NVIDIA A100 80GB PCIe", "A100 PCIe", 80, (8, 8), (1.39, 1.19)),
    ("NVIDIA A100-SXM4-80GB", "A100 SXM", 80, (8, 0), (1.49, 0)),
    ("NVIDIA H100 80GB HBM3", "H100 SXM", 80, (8, 0), (2.69, 0)),
    ("AMD Instinct MI300X OAM", "MI300X", 192, (8, 0), (2.49, 0)),
]
CPUS = [("cpu3c", "Compute-Optimized", "Gen 3", 2, 0.03, 32), ("cpu5c", "Compute-Optimized", "Gen 5", 2, 0.04, 32), ("cpu3g", "General Purpose", "Gen 3", 4, 0.04, 32)]
CENTERS = ["EU-RO-1", "US-KS-2", "US-TX-3"]
DISK_HOUR = 0.10 / 730
NO_CAPACITY = "There are no longer any instances available with the requested specifications. Please refresh and try again."


def has_none(account, name, center=None):
    """Whether a test has taken the capacity away: of a type, or of a type in a data center."""
    gone = account.settings["sold_out"]
    return name in gone or f"{name}@{center}" in gone


def gpu(account, row, include):
    id, name, memory, most, price = row
    found = {
        "id": id, "name": name, "pool": None, "manufacturer": "AMD" if id.startswith("AMD") else "NVIDIA", "memory": memory, "secure": most[0] > 0,
        "community": most[1] > 0, "price": {"secure": price[0], "community": price[1]}, "maxCount": {"secure": most[0], "community": most[1]},
    }
    if include:
        places = [center for center in CENTERS if not has_none(account, id, center)]
        none = has_none(account, id) or not places
        found["availability"] = "NONE" if none else "HIGH"
        if not none:
            found["dataCenters"] = [{"id": one, "name": one, "availability": "HIGH"} for one in places]
        found["cudaVersions"] = []
    return found


def cpu(account, row, include):
    id, name, group, ram, price, most = row
    found = {"id": id, "name": name, "group": group, "vcpu": {"min": 2, "max": most}, "ramGbPerVcpu": ram, "price": {"securePerVcpu": price, "serverlessPerVcpu": price}}
    if include:
        found["availability"] = "NONE" if has_none(account, id) else "MEDIUM"
    return found


def hourly(body):
    """What a pod costs an hour while it runs: its machine, its disk."""
    disk = body.get("disk", 20) * DISK_HOUR
    if "cpu" in body:
        return next(row[4] for row in CPUS if row[0] == body["cpu"]["id"]) * body["cpu"]["vcpuCount"], disk
    row = next(row for row in GPUS if row[0] == body["gpu"]["id"])
    return row[4][0 if body.get("cloud", "SECURE") == "SECURE" else 1] * body["gpu"].get("count", 1), disk
