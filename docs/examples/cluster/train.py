"""Two or more nodes train one model together: each sees its own part of the data, and after every step all have the same weights.

The all-reduce is a few lines over sockets, so that nothing has to be installed; real jobs leave it to torch.distributed or the like.
"""
import json, os, random, socket, struct

rank, nodes = int(os.environ.get("RUNPILOT_NODE_RANK", 0)), int(os.environ.get("RUNPILOT_NODES", 1))
address = (os.environ.get("MASTER_ADDR", "127.0.0.1"), int(os.environ.get("MASTER_PORT", 29500)))


def connect():
    """The first node hears all others; they hear it."""
    if nodes == 1:
        return []
    if rank == 0:
        server = socket.create_server(("", address[1]))
        return [server.accept()[0] for _ in range(nodes - 1)]
    while True:
        try:
            return [socket.create_connection(address, timeout=60)]
        except ConnectionRefusedError:
            pass


def read(peer, size):
    data = b""
    while len(data) < size:
        piece = peer.recv(size - len(data))
        if not piece:
            raise SystemExit("another node has gone away")
        data += piece
    return data


def all_reduce(values, peers):
    """The mean of every node's values, on every node."""
    form = f"{len(values)}d"
    if rank == 0:
        parts = [values] + [struct.unpack(form, read(peer, struct.calcsize(form))) for peer in peers]
        mean = [sum(column) / nodes for column in zip(*parts)]
        for peer in peers:
            peer.sendall(struct.pack(form, *mean))
        return mean
    for peer in peers:
        peer.sendall(struct.pack(form, *values))
        return list(struct.unpack(form, read(peer, struct.calcsize(form))))
    return values


# y = 3 x - 1, with noise; each node draws its own points.
chance = random.Random(rank)
points = [(x, 3 * x - 1 + chance.gauss(0, 0.1)) for x in (chance.uniform(-1, 1) for _ in range(200))]
peers = connect()
weight = bias = 0.0
for step in range(200):
    errors = [(weight * x + bias - y, x) for x, y in points]
    gradient = [sum(2 * e * x for e, x in errors) / len(errors), sum(2 * e for e, _ in errors) / len(errors)]
    slope, shift = all_reduce(gradient, peers)
    weight, bias = weight - 0.1 * slope, bias - 0.1 * shift
    if rank == 0 and step % 20 == 19:
        loss = sum(e * e for e, _ in errors) / len(errors)
        print(f"METRIC loss={loss:.6f} step={step + 1}")
print(f"node {rank} of {nodes}: y = {weight:.6f} x + {bias:.6f}")
if rank == 0:
    with open(os.path.join(os.environ.get("RUNPILOT_OUTPUT_DIR", "."), "model.json"), "w") as file:
        json.dump({"weight": weight, "bias": bias, "nodes": nodes}, file)
