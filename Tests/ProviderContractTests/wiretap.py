"""Stands between RunPilot and a plugin, and holds every line of both against docs/plugin-protocol.schema.json with jsonschema.

usage: wiretap.py SCHEMA REPORT PROGRAM [ARGUMENT]...

Each line of REPORT is a message's name, or "BAD " and what is wrong with it. Members that the schema does not describe are wrong here,
although both sides pass over them: what is sent has to be written down.
"""
import copy, json, subprocess, sys, threading

from jsonschema import Draft202012Validator

schema_path, report_path, *command = sys.argv[1:]
schema = json.load(open(schema_path))
open_maps = ("opaque", "job")


def strict(node, name=""):
    if isinstance(node, list):
        return [strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: strict(value, key) for key, value in node.items()}
    if "properties" in node and "additionalProperties" not in node and name not in open_maps:
        node["additionalProperties"] = False
    return node


definitions = {name: value if name in open_maps else strict(value, name) for name, value in copy.deepcopy(schema["$defs"]).items()}
report = open(report_path, "a", buffering=1)
asked = {}  # id -> method, of both directions
lock = threading.Lock()


def name_of(message, direction):
    if "method" in message and "id" in message:
        asked[(direction, message["id"])] = message["method"]
        return "request." + message["method"]
    if message.get("method") == "event":
        return "event." + message["params"]["kind"]
    if "method" in message:
        return "notice." + message["method"]
    other = "plugin" if direction == "host" else "host"
    method = asked.get((other, message.get("id")))
    return "error" if "error" in message else f"result.{method}"


def check(line, direction):
    message = json.loads(line)
    with lock:
        name = name_of(message, direction)
        if name not in definitions:
            # What the schema does not know may only be asked to be refused.
            report.write(f"UNKNOWN {name}\n" if name.startswith("request.") else f"BAD {name} is not in the schema\n")
            return
        validator = Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": definitions})
        errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in validator.iter_errors(message)]
        report.write(f"BAD {name} {'; '.join(errors)}\n" if errors else f"{name}\n")


def relay(source, target, direction):
    for line in source:
        try:
            check(line, direction)
        except Exception as error:
            report.write(f"BAD {direction} {error!r}: {line[:200]!r}\n")
        try:
            target.write(line)
            target.flush()
        except BrokenPipeError:
            break
    target.close()


plugin = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
threading.Thread(target=relay, args=(sys.stdin.buffer, plugin.stdin, "host"), daemon=True).start()
relay(plugin.stdout, sys.stdout.buffer, "plugin")
sys.exit(plugin.wait())
