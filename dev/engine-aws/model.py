"""Requests against AWS's own description of its services, as botocore carries it."""

import base64
import json
import re
from urllib.parse import parse_qsl

import botocore.session
from botocore.model import ServiceModel

_loader = botocore.session.get_session().get_component("data_loader")
_models = {}
NAMES = {"servicequotas": "service-quotas"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def service_model(service):
    name = NAMES.get(service, service)
    if name not in _models:
        _models[name] = ServiceModel(_loader.load_service_model(name, "service-2"), name)
    return _models[name]


class Check:
    """Collects what is wrong with one request, as (kind, words); kind is `unknown`, `missing` or `malformed`."""

    def __init__(self, protocol=""):
        self.protocol, self.found = protocol, []

    def say(self, kind, words):
        self.found.append((kind, words))

    # Parameters of the query protocols: `A.1.B=…`.

    def tree(self, pairs):
        root = {}
        for name, value in pairs:
            node, parts = root, name.split(".")
            for part in parts[:-1]:
                node = node.setdefault(part, {}) if isinstance(node, dict) else None
            if not isinstance(node, dict) or isinstance(node.get(parts[-1]), dict):
                self.say("malformed", f"{name}: a value and a structure share a name")
            elif parts[-1] in node:
                self.say("malformed", f"{name}: given twice")
            else:
                node[parts[-1]] = value
        return root

    def member_name(self, name, member):
        given = member.serialization
        if self.protocol != "ec2":
            return given.get("name", name)
        wire = given.get("name", name)
        return given.get("queryName") or wire[:1].upper() + wire[1:]

    def form(self, shape, node, where=""):
        kind = shape.type_name
        if kind == "structure":
            self.form_structure(shape, node, where)
        elif kind == "list":
            self.form_list(shape, node, where)
        elif kind == "map":
            entries = node.get("entry", node) if isinstance(node, dict) else {"": None}
            for index, entry in entries.items():
                if not isinstance(entry, dict) or "key" not in entry:
                    self.say("malformed", f"{where}.{index}: an entry of a map needs key and value")
        elif isinstance(node, dict):
            self.say("malformed", f"{where}: a structure where a value belongs")
        else:
            self.scalar(kind, shape, node, where)

    def form_structure(self, shape, node, where):
        if not isinstance(node, dict):
            return self.say("malformed", f"{where}: a value where a structure belongs")
        start = where + "." if where else ""
        names = {self.member_name(name, member): member for name, member in shape.members.items()}
        for name, value in node.items():
            if name in names:
                self.form(names[name], value, start + name)
            else:
                self.say("unknown", f"{start}{name}")
        for name in shape.required_members:
            wire = self.member_name(name, shape.members[name])
            if wire not in node:
                self.say("missing", f"{start}{wire}")

    def form_list(self, shape, node, where):
        if self.protocol == "query" and not shape.serialization.get("flattened"):
            name = shape.member.serialization.get("name", "member")
            if not isinstance(node, dict) or list(node) != [name]:
                return self.say("malformed", f"{where}: a list is written {where}.{name}.1")
            node = node[name]
        if not isinstance(node, dict) or not all(key.isdigit() for key in node):
            return self.say("malformed", f"{where}: a list is written {where}.1")
        if sorted(int(key) for key in node) != list(range(1, len(node) + 1)):
            self.say("malformed", f"{where}: the numbers of a list run from 1 without gaps")
        for key, value in node.items():
            self.form(shape.member, value, f"{where}.{key}")

    def scalar(self, kind, shape, text, where):
        if kind in ("integer", "long"):
            if not re.fullmatch(r"-?\d+", text):
                self.say("malformed", f"{where}: {text!r} is no whole number")
        elif kind in ("float", "double"):
            if not re.fullmatch(r"-?\d+(\.\d*)?([eE][+-]?\d+)?", text):
                self.say("malformed", f"{where}: {text!r} is no number")
        elif kind == "boolean":
            if text not in ("true", "false"):
                self.say("malformed", f"{where}: {text!r} is neither true nor false")
        elif kind == "timestamp":
            if not TIME.fullmatch(text):
                self.say("malformed", f"{where}: {text!r} is no time")
        elif kind == "blob":
            try:
                base64.b64decode(text, validate=True)
            except ValueError:
                self.say("malformed", f"{where}: no base64")
        elif kind == "string":
            self.string(shape, text, where)

    def string(self, shape, text, where):
        limits = shape.metadata
        # Machine types come and go: an unknown one is EC2's to refuse, and no mistake in the request.
        if getattr(shape, "enum", None) and text not in shape.enum and shape.name != "InstanceType":
            self.say("malformed", f"{where}: {text!r} is none of the {len(shape.enum)} values it may be")
        if len(text) < limits.get("min", 0) or len(text) > limits.get("max", len(text)):
            self.say("malformed", f"{where}: {len(text)} characters, and {limits.get('min', 0)} to {limits.get('max')} are allowed")
        try:
            if "pattern" in limits and not re.search(limits["pattern"], text):
                self.say("malformed", f"{where}: {text!r} does not match {limits['pattern']}")
        except re.error:
            pass

    # Documents of the JSON protocol.

    def document(self, shape, value, where="$"):
        kind = shape.type_name
        wanted = {"structure": dict, "map": dict, "list": list, "string": str, "boolean": bool, "integer": int, "long": int}.get(kind)
        if wanted and (not isinstance(value, wanted) or (wanted is int and isinstance(value, bool))):
            return self.say("malformed", f"{where}: {kind} expected")
        if kind == "structure":
            for name, inner in value.items():
                if name in shape.members:
                    self.document(shape.members[name], inner, f"{where}.{name}")
                else:
                    self.say("unknown", f"{where}.{name}")
            for name in shape.required_members:
                if name not in value:
                    self.say("missing", f"{where}.{name}")
        elif kind == "list":
            limits = shape.metadata
            if len(value) < limits.get("min", 0) or len(value) > limits.get("max", len(value)):
                self.say("malformed", f"{where}: {len(value)} items")
            for index, inner in enumerate(value):
                self.document(shape.member, inner, f"{where}[{index}]")
        elif kind == "map":
            for name, inner in value.items():
                self.document(shape.value, inner, f"{where}.{name}")
        elif kind == "string":
            self.string(shape, value, where)
        elif kind in ("timestamp", "float", "double") and (isinstance(value, bool) or not isinstance(value, (int, float))):
            self.say("malformed", f"{where}: a number belongs here")


def check_form(service, text):
    model = service_model(service)
    check, pairs = Check(model.metadata["protocol"]), parse_qsl(text, keep_blank_values=True)
    named = dict(pairs)
    if named.get("Version") != model.api_version:
        check.say("malformed", f"Version: {named.get('Version')!r} instead of {model.api_version}")
    action = named.get("Action")
    if action not in model.operation_names:
        check.say("unknown", f"Action {action}")
        return check.found
    node = check.tree([pair for pair in pairs if pair[0] not in ("Action", "Version")])
    shape = model.operation_model(action).input_shape
    if shape is not None:
        check.form(shape, node)
    elif node:
        check.say("unknown", ", ".join(node))
    return check.found


def check_document(service, target, text):
    model, check = service_model(service), Check()
    prefix, _, action = target.partition(".")
    if prefix != model.metadata["targetPrefix"] or action not in model.operation_names:
        check.say("unknown", f"X-Amz-Target {target}")
        return check.found
    try:
        check.document(model.operation_model(action).input_shape, json.loads(text or "{}"))
    except ValueError:
        check.say("malformed", "no JSON")
    return check.found


def _s3_names():
    model, query, headers = service_model("s3"), set(), set()
    for operation in map(model.operation_model, model.operation_names):
        uri = operation.http["requestUri"].partition("?")[2]
        query |= {part.partition("=")[0] for part in uri.split("&")}
        for name, member in (operation.input_shape.members if operation.input_shape else {}).items():
            place = member.serialization.get("location")
            (query if place == "querystring" else headers if place == "header" else set()).add(member.serialization.get("name", name).lower())
    return query, headers


def check_s3(request):
    """Names only: S3 has no parameters but its path, its query and its headers."""
    if "s3" not in _names:
        _names["s3"] = _s3_names()
    query, headers = _names["s3"]
    signing = {"x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-trailer", "x-amz-decoded-content-length", "x-amz-user-agent"}
    check = Check()
    for name, _ in request.query:
        if name.lower() not in query and name not in query and not name.startswith("X-Amz-"):
            check.say("unknown", f"?{name}")
    for name in request.headers:
        if name.startswith("x-amz-") and name not in headers | signing and not name.startswith("x-amz-meta-"):
            check.say("unknown", name)
    return check.found


_names = {}
